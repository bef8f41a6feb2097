import Base
import Domain
import Foundation
import Testing

/// What a price is worth must be the same wherever it is typed, kept and read.
@Suite("Amounts of money")
struct MoneyTests {
    @Test("Currencies have the minor units of ISO 4217, and nothing else is a currency")
    func digits() {
        let expected: [Int: String] = [
            0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
            3: "BHD IQD JOD KWD LYD OMR TND", 4: "CLF UYW",
        ]
        var rest = Set(Currency.codes)
        for (digits, codes) in expected {
            for code in codes.split(separator: " ").map(String.init) {
                #expect(Currency.minorDigits(of: code) == digits, "\(code)")
                #expect(rest.remove(code) != nil, "\(code)")
            }
        }
        #expect(rest.allSatisfy { Currency.minorDigits(of: $0) == 2 })
        #expect(rest.count == 139)
        #expect(Currency.codes.allSatisfy { $0.count == 3 && $0 == $0.uppercased() })
        for code in ["ABC", "XXX", "XAU", "XTS", "eur", "", "EURO", "DEM"] {
            #expect(!Currency.isKnown(code), "\(code)")
        }
    }

    @Test(
        "An amount reaches the customer as it was meant",
        arguments: [
            (50_000, "VND", "VND 50,000"), (5_000, "XOF", "XOF 5,000"),
            (12_500, "KWD", "KWD 12.500"), (12_005, "BHD", "BHD 12.005"),
            (8_000, "JPY", "JPY 8,000"), (4_800, "GBP", "£48"), (4_805, "GBP", "£48.05"),
            (120_050, "USD", "$1,200.50"),
            (100_000_000, "EUR", "€1,000,000"), (12_345, "CLF", "CLF 1.2345"), (0, "EUR", "€0"),
        ])
    func written(minor: Int, currency: String, words: String) {
        #expect(MoneyWords.amount(minor, currency: currency) == words)
    }

    @Test(
        "Amounts are understood as people type them",
        arguments: [
            ("49", "EUR", 4_900), ("49 €", "EUR", 4_900), ("€ 49", "EUR", 4_900),
            ("£49", "GBP", 4_900), ("49.5", "GBP", 4_950), ("49,5", "EUR", 4_950),
            ("48,05", "GBP", 4_805), ("1,234.50", "USD", 123_450), ("1.234,50", "EUR", 123_450),
            ("1 234,50", "EUR", 123_450), ("1\u{202F}234,50 €", "EUR", 123_450),
            ("1'234.50", "CHF", 123_450), ("49,-", "EUR", 4_900), ("49.–", "CHF", 4_900),
            ("49,- €", "EUR", 4_900), ("$1,200", "USD", 120_000), ("1,234,567", "USD", 123_456_700),
            ("EUR 49.50", "EUR", 4_950), ("49.50 eur", "EUR", 4_950), ("0", "GBP", 0),
            ("50000", "VND", 50_000), ("50,000", "VND", 50_000), ("50.000 ₫", "VND", 50_000),
            ("5 000 F CFA", "XOF", 5_000), ("¥8,000", "JPY", 8_000), ("８０００円", "JPY", 8_000),
            ("12.345", "KWD", 12_345), ("12.5", "KWD", 12_500), ("1,234.500", "KWD", 1_234_500),
            ("٤٩٫٥", "SAR", 4_950), ("350 kr", "SEK", 35_000),
        ])
    func read(text: String, currency: String, minor: Int) {
        #expect(MoneyReader.read(text, currency: currency) == .amount(minor))
    }

    @Test(
        "What is no amount, or could be two, is refused with how to write it",
        arguments: [
            ("abc", "EUR"), ("free", "GBP"), ("-4", "GBP"), ("4-5", "GBP"), ("12.345", "EUR"),
            ("1.234", "GBP"), ("1.2.3", "GBP"), ("1,23,456", "USD"), ("49.505", "EUR"),
            ("£49", "EUR"), ("49 USD", "GBP"), ("49 each", "GBP"), ("50.5", "VND"),
            ("50,00", "JPY"), ("1,234", "KWD"), ("1.2345", "KWD"), (".5", "GBP"), ("49.", "GBP"),
            ("99999999999999999999", "GBP"), ("1e3", "GBP"), ("4 9", "GBP"), ("½", "GBP"),
        ])
    func refused(text: String, currency: String) {
        guard case .refused(let advice) = MoneyReader.read(text, currency: currency) else {
            Issue.record("\(text) was read as \(MoneyReader.read(text, currency: currency))")
            return
        }
        #expect(advice.contains("Write a number"))
    }

    @Test(
        "A sign is written where it tells the money, and its code elsewhere",
        arguments: [
            ("AUD", "AU", "$48"), ("AUD", "US", "AUD 48"), ("USD", "AU", "$48"),
            ("AUD", nil, "$48"),
            ("MXN", "MX", "$48"), ("MXN", nil, "MXN 48"), ("GBP", "US", "£48"),
            ("EUR", "CH", "€48"),
            ("GIP", "GI", "£48"), ("GIP", "GB", "GIP 48"), ("CHF", "CH", "CHF 48"),
            ("SEK", "SE", "SEK 48"), ("CAD", "CA", "$48"), ("CAD", "GB", "CAD 48"),
        ] as [(String, String?, String)])
    func signs(currency: String, region: String?, words: String) {
        #expect(MoneyWords.amount(4_800, currency: currency, in: region) == words)
        #expect(MoneyReader.read(words, currency: currency) == .amount(4_800))
    }

    @Test("The signs and names of every currency are read, and those of others are not")
    func marks() {
        for (currency, text) in [
            ("CHF", "49 Swiss francs"), ("CHF", "49 Fr."), ("PLN", "49 zł"),
            ("BRL", "R$ 49"), ("INR", "₹49"), ("KES", "49 Ksh"), ("CZK", "49 Kč"),
            ("XAF", "49 FCFA"),
        ] {
            guard case .amount = MoneyReader.read(text, currency: currency) else {
                Issue.record("\(text) is not read in \(currency)")
                continue
            }
            for other in ["GBP", "USD", "SEK"] {
                guard case .refused = MoneyReader.read(text, currency: other) else {
                    Issue.record("\(text) is read in \(other)")
                    continue
                }
            }
        }
        for currency in Currency.codes {
            for form in ["49 \(currency)", "\(currency.lowercased())49"] {
                #expect(MoneyReader.read(form, currency: currency) != .nothing)
                if case .refused = MoneyReader.read(form, currency: currency) {
                    Issue.record("\(form)")
                }
            }
            for country in Countries.codes
            where Locale(identifier: "und_\(country)").currency?.identifier == currency {
                let words = MoneyWords.amount(1_234_500, currency: currency, in: country)
                #expect(
                    MoneyReader.read(words, currency: currency) == .amount(1_234_500)
                        || Currency.minorDigits(of: currency) > 2, "\(words)")
            }
        }
    }

    @Test("No text is no price, and every amount comes back from its field", arguments: [0, 2])
    func roundTrip(seed: UInt64) {
        #expect(MoneyReader.read("  ", currency: "EUR") == .nothing)
        var random = SeededRandom(seed: seed)
        for currency in Currency.codes {
            for _ in 0..<50 {
                let minor = Int.random(in: 0...1_000_000_000, using: &random)
                let field = MoneyWords.plain(minor, currency: currency)
                let words = MoneyWords.amount(minor, currency: currency)
                #expect(MoneyReader.read(field, currency: currency) == .amount(minor), "\(field)")
                // Thousands with neither decimals nor a second comma are the one thing in doubt.
                let isInDoubt =
                    Currency.minorDigits(of: currency) > 2 && !words.contains(".")
                    && words.count(where: { $0 == "," }) == 1
                guard !isInDoubt else { continue }
                #expect(MoneyReader.read(words, currency: currency) == .amount(minor), "\(words)")
            }
        }
    }
}
