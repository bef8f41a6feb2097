import Base
import Foundation

/// A new folder for one test, for us alone; gone with its owner.
package final class TestFolder: Sendable {
    package let path: String

    package init(prefix: String = "/tmp/frontdesk-test-") throws {
        var template = Array((prefix + "XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteNoPermission) }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    // Nothing depends on its being gone.
    deinit { try? FileManager.default.removeItem(atPath: path) }
}
