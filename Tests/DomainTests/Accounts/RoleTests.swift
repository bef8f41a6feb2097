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

    @Test("Staff are refused what their role does not allow, and nothing else")
    func required() {
        for role in Role.allCases {
            let staff = Staff(
                account: Salon.id(1), workspace: Salon.id(2), role: role, name: "N",
                email: "n@example.com")
            for permission in Permission.allCases {
                var refusal: AccountRefusal?
                do throws(AccountRefusal) { try staff.require(permission) } catch {
                    refusal = error
                }
                #expect(refusal == (role.allows(permission) ? nil : .notAllowed(permission)))
            }
        }
    }

    @Test("A higher role may do everything that a lower one may, and an owner all")
    func order() {
        let order: [Role] = [.staff, .manager, .owner]
        for (lower, higher) in zip(order, order.dropFirst()) {
            for permission in Permission.allCases where lower.allows(permission) {
                #expect(higher.allows(permission))
            }
        }
        #expect(Permission.allCases.allSatisfy { Role.owner.allows($0) })
    }
}
