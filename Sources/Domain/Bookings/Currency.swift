import Base
import Foundation

/// The currencies of ISO 4217, and how many digits the minor unit of each has.
///
/// The one place that knows this: whatever writes or reads an amount asks here, so that a price
/// means the same wherever it is entered, kept and read.
package enum Currency {
    /// Digits after the decimal point. A code that is not in the list (one that was withdrawn since
    /// a workspace was opened) is taken to have two, as nearly all have.
    package static func minorDigits(of code: String) -> Int { table[code] ?? 2 }

    /// Whether prices can be in it: a code of the list with a minor unit, in capital letters.
    package static func isKnown(_ code: String) -> Bool { table[code] != nil }

    /// Every code that prices can be in, in the order of the alphabet.
    package static let codes = table.keys.sorted()

    /// Minor units in one unit: 100 for most, 1 for yen, 1000 for Kuwaiti dinars.
    static func unit(of code: String) -> Int {
        (0..<minorDigits(of: code)).reduce(1) { product, _ in product * 10 }
    }

    /// Codes by their digits, as the list of active codes and funds codes has them. Metals, test
    /// codes and units of account have no minor unit and are left out: nothing is priced in them.
    private static let byDigits: [(digits: Int, codes: String)] = [
        (
            0,
            """
            BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF
            """
        ),
        (
            2,
            """
            AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD
            CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP
            GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK
            LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO
            NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS
            SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST
            XAD XCD XCG YER ZAR ZMW ZWG
            """
        ),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
    ]

    private static let table: [String: Int] = {
        var table: [String: Int] = [:]
        for (digits, codes) in byDigits {
            for code in codes.split(whereSeparator: \.isWhitespace) { table[String(code)] = digits }
        }
        return table
    }()

    /// "Swiss Franc", as CLDR calls it in English.
    package static func name(_ code: String) -> String {
        english.localizedString(forCurrencyCode: code) ?? code
    }

    /// How an amount in this currency may be marked beside its code, in capital letters: by the signs
    /// and the names that CLDR has for it in English and where it is the country's own money.
    static func signs(of code: String) -> Set<String> {
        if let found = cache.withLock({ $0[code] }) { return found }
        var marks = Set(colloquial[code] ?? [])
        let homes = countries[code, default: []].map {
            Locale(identifier: Locale.Language(identifier: "und-\($0)").maximalIdentifier)
        }
        for locale in [english] + homes {
            for presentation in [CurrencyFormatStyleConfiguration.Presentation.narrow, .standard] {
                marks.insert(mark(code, 0, presentation, locale))
            }
            for count in [1, 2] as [Decimal] { marks.insert(mark(code, count, .fullName, locale)) }
        }
        marks.remove("")
        let found = marks
        cache.withLock { $0[code] = found }
        return found
    }

    /// The sign that stands before an amount where it tells readers which money is meant: that of
    /// pounds, euros and dollars, if English gives it to this money alone or the business is where
    /// this money is the country's own.
    static func leadingSign(of code: String, in region: String?) -> String? {
        let narrow = mark(code, 0, .narrow, english)
        guard ["£", "€", "$"].contains(narrow) else { return nil }
        if narrow == mark(code, 0, .standard, english) { return narrow }
        if let region { return Countries.currency(of: region) == code ? narrow : nil }
        // Of a business whose country is not known: its customers know their dollars.
        return ["AUD", "CAD", "NZD"].contains(code) ? narrow : nil
    }

    private static let english = Locale(identifier: "en")
    private static let cache = Lock<[String: Set<String>]>([:])

    /// The countries whose own money it is.
    private static let countries: [String: [String]] = Dictionary(
        grouping: Countries.codes, by: { Countries.currency(of: $0) ?? "" })

    /// What stands beside the digits of a formatted amount.
    private static func mark(
        _ code: String, _ amount: Decimal,
        _ presentation: CurrencyFormatStyleConfiguration.Presentation, _ locale: Locale
    ) -> String {
        amount.formatted(
            .currency(code: code).presentation(presentation).precision(.fractionLength(0))
                .locale(locale)
        ).unicodeScalars.filter { scalar in
            !scalar.properties.isWhitespace && scalar.properties.numericType == nil
                && scalar.properties.generalCategory != .format
        }.reduce(into: "") { $0.unicodeScalars.append($1) }.uppercased()
    }

    /// What people write and CLDR does not have.
    private static let colloquial: [String: [String]] = [
        "AUD": ["AU$"], "CAD": ["C$"], "CHF": ["FR", "FR.", "SFR", "SFR."], "CNY": ["￥", "元"],
        "DKK": ["KR."], "INR": ["RS", "RS."], "ISK": ["KR."], "JPY": ["￥", "円"], "KRW": ["원"],
        "KWD": ["KD"], "NOK": ["KR."], "PKR": ["₨", "RS."], "SEK": ["KR."], "SGD": ["S$"],
        "VND": ["Đ"], "XAF": ["F", "CFA"], "XOF": ["F", "CFA"],
    ]
}

/// Amounts of money in words.
package enum MoneyWords {
    /// "£85", "$1,120.50" or "VND 50,000"; the code leads where no sign tells the money.
    package static func amount(
        _ minor: Int, currency: String, in region: String? = nil
    ) -> String {
        let mark = Currency.leadingSign(of: currency, in: region) ?? currency + " "
        return mark + number(minor, currency, separator: ",")
    }

    /// "1120.50": the number alone, as a form's field holds it; empty for no price.
    package static func plain(_ minor: Int?, currency: String) -> String {
        minor.map { number($0, currency, separator: "") } ?? ""
    }

    private static func number(_ minor: Int, _ currency: String, separator: String) -> String {
        let (whole, rest) = minor.magnitude.quotientAndRemainder(
            dividingBy: UInt(Currency.unit(of: currency)))
        let sign = minor < 0 ? "-" : ""
        let units = grouped(String(whole), separator)
        guard rest > 0 else { return sign + units }
        let digits = Currency.minorDigits(of: currency)
        let tail = String(rest)
        return sign + units + "." + String(repeating: "0", count: digits - tail.count) + tail
    }

    private static func grouped(_ digits: String, _ separator: String) -> String {
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { result += separator }
            result.append(digit)
        }
        return result
    }
}
