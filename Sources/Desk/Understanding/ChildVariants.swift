import Domain
import Language

/// Services that stand beside another as the one for children: "my son needs a check-up" means the
/// children's check-up where there is one.
struct ChildVariants: Sendable {
    private let variants: [ServiceID: ServiceID]

    init(_ services: [OfferedService]) {
        var variants: [ServiceID: ServiceID] = [:]
        for child in services {
            let own = ChildVariants.stems(child)
            guard !own.isDisjoint(with: ChildVariants.childStems) else { continue }
            let rest = own.subtracting(ChildVariants.childStems)
            for service in services where service.id != child.id {
                let others = ChildVariants.stems(service)
                guard others.isDisjoint(with: ChildVariants.childStems),
                    !rest.isEmpty, rest.isSubset(of: others)
                else { continue }
                variants[service.id] = child.id
            }
        }
        self.variants = variants
    }

    /// The service itself, or the children's where the text speaks of a child.
    func meant(_ service: ServiceID, by words: PhraseText) -> ServiceID {
        guard let child = variants[service], words.has(ChildVariants.children) else {
            return service
        }
        return child
    }

    private static func stems(_ service: OfferedService) -> Set<String> {
        WordStem.all(in: service.name).subtracting(["s"])
    }

    private static let childStems = WordStem.all(in: "child children kid kids junior teen baby")
    private static let children =
        "my son|my daughter|my kid|my kids|my child|my children|my little|year old|years old|"
        + "yr old|yo|my two|my three|toddler|my boy|my girl|my boys|my girls|wee one|little one|"
        + "my twins|the kids|the children|is 3|is 4|is 5|is 6|is 7|is 8|is 9|is 10|is 11"
}
