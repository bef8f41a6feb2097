/// Words that customers use for what a business calls by another name.
///
/// Everyday English of people who ask a business something; nothing here belongs to one business.
package enum Synonyms {
    /// The stems that stand for the same as this one, itself included; empty when none is known.
    package static func of(_ stem: String) -> Set<String> { kin[stem] ?? [] }

    private static let groups = [
        // Money.
        "price cost fee charge rate pay", "cheap discount less off reduction",
        "refund return money",
        "deposit retainer upfront advance", "deposit bond", "card credit debit amex visa",
        "cash card cheque check", "gift voucher", "insurance insurer insure cover",
        "instalment installment finance spread", "claim refund reimburse",
        // People.
        "kid child children son daughter lad boy girl toddler", "baby infant child",
        "mom mum mother parent", "dad father parent", "husband wife spouse partner", "men man male",
        "women woman female", "mate friend refer", "alone accompany parent guardian",
        "doctor dr dentist physician", "lawyer attorney solicitor", "landlord owner",
        "tenant renter", "teen teenager teenage", "student trainee",
        // Being there.
        "cancel cancellation notice", "late delay", "show arrive miss missed skip",
        "reschedule move postpone", "open opening hour close shut",
        "weekend saturday sunday", "christmas xmas holiday", "phone telephone call ring",
        "zoom video phone remote facetime", "car park parking garage",
        "subway train station metro tube", "wheelchair accessible disabled step ramp",
        "lift elevator", "toilet loo bathroom restroom", "address located location",
        "dog pet terrier animal", "cat pet animal", "wifi internet", "booking appointment slot",
        "english spanish portuguese french mandarin language speak", "birthday bday",
        "id identification passport licence license", "paper document form paperwork",
        "complain complaint unhappy", "picture photo photograph pic", "wedding bride bridal marry",
        "email mail", "warning notice", "begin start", "fix repair mend", "quick fast",
        // Body and looks.
        "pregnant pregnancy expecting", "breastfeed breast nursing", "hurt pain sore ache painful",
        "swell swelling swollen", "bleed blood", "tooth teeth",
        "numb numbing anaesthetic", "gas sedation nitrous", "clean cleaning polish hygiene",
        "wash shampoo", "cut trim haircut", "fringe bang", "dye color tint", "tox botox",
        "lip filler", "gym workout exercise sweat", "swim pool swimming", "tan sun",
        "makeup make-up cosmetic", "pill tablet medicine medication",
        "smoke smoking cigarette vape",
        "alcohol wine beer", "blond blonde", "grey gray root regrowth", "cavity hole filling decay",
        "frizz frizzy smooth sleek straight", "wrinkle crease", "shave wax",
        // House and home.
        "flat apartment apt home property house unit", "buy purchase", "sell sale vendor",
        "rubbish trash garbage bin waste", "rent lease", "legal law", "sign signature witness",
        "evict eviction", "view show inspect tour", "divorce separation separate",
    ]

    private static let kin: [String: Set<String>] = {
        var kin: [String: Set<String>] = [:]
        for group in groups {
            let words = WordStem.all(in: group)
            for word in words { kin[word, default: []].formUnion(words) }
        }
        return kin
    }()
}
