import Base
import Foundation

/// A secret of this installation, made once.
enum KeyFile {
    static let byteCount = 32

    /// Reads it, or makes it from chance; only the owner of the folder can read it.
    static func read(_ name: String, in folder: String, _ world: World) throws -> Secret {
        let path = "\(folder)/\(name)"
        if FileManager.default.fileExists(atPath: path) {
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            guard data.count >= byteCount else {
                throw OperatorError(
                    "\(path) is damaged. Bring it back from a backup, or remove it.")
            }
            return Secret(data.base64EncodedString())
        }
        let data = Data(world.randomBytes(byteCount))
        try PrivateFile.write(data, to: path)
        return Secret(data.base64EncodedString())
    }
}

/// Files that only their owner may read, whole or not there.
enum PrivateFile {
    static func write(_ data: Data, to path: String) throws {
        let partial = "\(path).partial"
        // A left-over of an interrupted write may be there or not.
        try? FileManager.default.removeItem(atPath: partial)
        guard
            FileManager.default.createFile(
                atPath: partial, contents: nil, attributes: [.posixPermissions: 0o600])
        else { throw OperatorError("\(partial) cannot be written. Is the disk full?") }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: partial))
        try handle.write(contentsOf: data)
        try handle.synchronize()
        try handle.close()
        guard rename(partial, path) == 0 else {
            throw OperatorError("\(path) cannot be put in place.")
        }
    }
}
