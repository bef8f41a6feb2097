import Domain
import Testing

@Suite("Roles and permissions")
struct RoleTests {
    @Test("Who may do what is as the checked-in table says")
    func table() throws {
        var lines = ["# role: permissions"]
        for role in Role.allCases {
            let allowed = Permission.allCases.filter { role.allows($0) }.map(\.rawValue)
            lines.append("\(role.rawValue): \(allowed.joined(separator: " "))")
        }
        try CheckedTable.compare(lines, with: "roles.txt")
    }

    @Test("A higher role may do everything that a lower one may")
    func order() {
        let order: [Role] = [.auditor, .staff, .manager, .owner]
        for (lower, higher) in zip(order, order.dropFirst()) {
            for permission in Permission.allCases where lower.allows(permission) {
                #expect(higher.allows(permission))
            }
        }
    }
}
