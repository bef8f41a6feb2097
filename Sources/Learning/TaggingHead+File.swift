import Base
package import Foundation

extension TaggingHead {
    /// The file format that this code writes and reads.
    package static let fileVersion = 1
    static let fileFormat = "frontdesk-tagging-head"

    /// The head as JSON; weights are base64 of little-endian 32-bit floats.
    package func encoded() throws -> Data {
        var file = TaggingFile(
            format: Self.fileFormat, version: Self.fileVersion, model: model, kinds: kinds,
            dimension: dimension, dataFingerprint: dataFingerprint, metrics: metrics,
            weights: SavedFloats.text(weights.values), checksum: "")
        file.checksum = file.digest
        return try JSONCoding.encode(file)
    }

    /// Reads a saved head and checks every part; refuses one of another model or dimension.
    package init(decoding data: Data, model: String, dimension: Int) throws(LearningRefusal) {
        guard LearningLimits.fileBytes.contains(data.count) else {
            throw .fileUnreadable("its size is not allowed")
        }
        let file: TaggingFile
        do {
            file = try JSONCoding.decode(TaggingFile.self, from: data)
        } catch {
            throw .fileUnreadable("it is not a saved head")
        }
        guard file.format == Self.fileFormat else {
            throw .fileUnreadable("it is not a saved head")
        }
        guard file.version == Self.fileVersion else {
            throw .fileUnreadable("its version is not known")
        }
        guard file.checksum == file.digest else {
            throw .fileUnreadable("its checksum does not fit")
        }
        // The set's own checks of names and sizes hold for a file as well.
        let scheme = try TaggingSet(kinds: file.kinds, dimension: file.dimension).scheme
        guard let values = SavedFloats.floats(file.weights),
            values.count == TagWeights.count(scheme, file.dimension)
        else { throw .fileUnreadable("its weights have the wrong size") }
        self.init(
            model: file.model, kinds: file.kinds, dimension: file.dimension,
            dataFingerprint: file.dataFingerprint, metrics: file.metrics,
            weights: TagWeights(scheme: scheme, dimension: file.dimension, values: values))
        try require(model: model, dimension: dimension)
    }
}

/// The saved form of a tagging head.
private struct TaggingFile: Codable {
    let format: String
    let version: Int
    let model: String
    let kinds: [String]
    let dimension: Int
    let dataFingerprint: String
    let metrics: TaggingMetrics
    let weights: String
    var checksum: String

    /// Over everything that decides a tag.
    var digest: String {
        var hash = FNV1a()
        for text in [format, model, dataFingerprint, weights] + kinds { hash.add(text) }
        for number in [version, dimension, kinds.count] {
            hash.add(UInt64(bitPattern: Int64(number)))
        }
        return hash.text
    }
}
