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

    /// How an amount in this currency may be marked beside its code, in capital letters.
    static func signs(of code: String) -> [String] { signs[code] ?? [] }

    private static let signs: [String: [String]] = [
        "AUD": ["$", "A$", "AU$"], "BRL": ["R$"], "CAD": ["$", "C$", "CA$"],
        "CHF": ["FR", "FR.", "SFR", "SFR."], "CLP": ["$"], "CNY": ["¥", "￥", "元"],
        "COP": ["$"], "CZK": ["KČ"], "DKK": ["KR", "KR."], "EUR": ["€", "EURO", "EUROS"],
        "GBP": ["£"], "HKD": ["$", "HK$"], "HUF": ["FT"], "ILS": ["₪"], "INR": ["₹", "RS", "RS."],
        "ISK": ["KR", "KR."], "JPY": ["¥", "￥", "円"], "KRW": ["₩", "원"], "KWD": ["KD"],
        "MXN": ["$", "MX$"], "NGN": ["₦"], "NOK": ["KR", "KR."], "NZD": ["$", "NZ$"],
        "PHP": ["₱"], "PKR": ["₨", "RS", "RS."], "PLN": ["ZŁ"], "RUB": ["₽"],
        "SEK": ["KR", "KR."], "SGD": ["$", "S$"], "THB": ["฿"], "TRY": ["₺"], "TWD": ["$", "NT$"],
        "UAH": ["₴"], "USD": ["$", "US$"], "VND": ["₫", "Đ"], "XAF": ["F", "CFA", "FCFA"],
        "XOF": ["F", "CFA", "FCFA"], "ZAR": ["R"],
    ]
}

/// Amounts of money in words.
package enum MoneyWords {
    private static let leading = [
        "GBP": "£", "EUR": "€", "USD": "$", "AUD": "$", "CAD": "$", "NZD": "$",
    ]

    /// "£85", "$1,120.50" or "VND 50,000"; the code leads where there is no common sign.
    package static func amount(_ minor: Int, currency: String) -> String {
        "\(leading[currency] ?? currency + " ")\(number(minor, currency, separator: ","))"
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
