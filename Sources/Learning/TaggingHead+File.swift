import Base
package import Foundation

extension TaggingHead {
    /// The file format that this code writes and reads.
    package static let fileVersion = 1

    /// The head as JSON; weights are base64 of little-endian 32-bit floats.
    package func encoded() throws -> Data {
        try TaggingFile(
            format: TaggingFile.format, version: Self.fileVersion, model: model, kinds: kinds,
            dimension: dimension, dataFingerprint: dataFingerprint, metrics: metrics,
            weights: SavedFloats.text(weights.values), checksum: ""
        ).encoded()
    }

    /// Reads a saved head and checks every part; refuses one of another model or dimension.
    package init(decoding data: Data, model: String, dimension: Int) throws(LearningRefusal) {
        let file = try TaggingFile(reading: data)
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
private struct TaggingFile: SavedHead {
    static let format = "frontdesk-tagging-head"
    static let version = TaggingHead.fileVersion

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
