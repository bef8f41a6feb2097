/// The calling codes that ITU-T E.164 assigns (Operational Bulletin 1114), by leading digits.
enum CallingCodes {
    private static let twoDigit: Set<String> = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46",
        "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63",
        "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
    ]
    private static let unassigned: Set<String> = [
        "210", "214", "215", "217", "219", "259", "28", "384", "422", "424", "425", "426", "427",
        "428", "429", "671", "684", "693", "694", "695", "696", "697", "698", "699", "83", "851",
        "854", "857", "858", "859", "871", "872", "873", "874", "875", "876", "877", "879", "884",
        "885", "887", "889", "89", "969", "978", "990", "997", "999",
    ]

    static func code(of digits: String) -> Substring? {
        if digits.hasPrefix("1") || digits.hasPrefix("7") { return digits.prefix(1) }
        if digits.hasPrefix("0") { return nil }
        if twoDigit.contains(String(digits.prefix(2))) { return digits.prefix(2) }
        if unassigned.contains(String(digits.prefix(2))) { return nil }
        let three = digits.prefix(3)
        return unassigned.contains(String(three)) ? nil : three
    }

    /// How many digits can follow a code, where the numbering plan is closed enough to say.
    ///
    /// Special numbers are often shorter or longer than ordinary ones, so these are ranges; a code
    /// that is not here takes everything that E.164 allows.
    private static let national: [String: ClosedRange<Int>] = [
        "1": 10...10, "7": 10...10, "33": 9...9, "34": 9...9, "44": 7...10, "45": 8...8,
        "46": 6...12, "47": 8...8, "48": 6...10, "57": 10...11, "60": 8...10, "64": 7...10,
        "65": 8...11, "66": 8...13, "94": 9...9, "353": 6...10, "380": 9...10, "420": 9...12,
        "966": 9...10,
    ]

    static func lengths(after code: Substring) -> ClosedRange<Int> {
        national[String(code)] ?? 4...14
    }
}
