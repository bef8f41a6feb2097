import Base
import Foundation

/// The saved form of a head: JSON that says what it is, in which version, and with a checksum.
protocol SavedHead: Codable {
    static var format: String { get }
    static var version: Int { get }

    var format: String { get }
    var version: Int { get }
    var checksum: String { get set }
    /// Over everything that decides what the head answers.
    var digest: String { get }
}

extension SavedHead {
    func encoded() throws -> Data {
        var sealed = self
        sealed.checksum = digest
        return try JSONCoding.encode(sealed)
    }

    /// Checks size, form, format, version and checksum, in this order.
    init(reading data: Data) throws(LearningRefusal) {
        guard LearningLimits.fileBytes.contains(data.count) else {
            throw .fileUnreadable("its size is not allowed")
        }
        do {
            self = try JSONCoding.decode(Self.self, from: data)
        } catch {
            throw .fileUnreadable("it is not a saved head")
        }
        guard format == Self.format else { throw .fileUnreadable("it is not a saved head") }
        guard version == Self.version else { throw .fileUnreadable("its version is not known") }
        guard checksum == digest else { throw .fileUnreadable("its checksum does not fit") }
    }
}
