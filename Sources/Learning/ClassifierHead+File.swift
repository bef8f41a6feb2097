import Base
package import Foundation

extension ClassifierHead {
    /// The file format that this code writes and reads.
    package static let fileVersion = 2

    /// The head as JSON; weights are base64 of little-endian 32-bit floats.
    package func encoded() throws -> Data {
        try HeadFile(
            format: HeadFile.format, version: Self.fileVersion, model: model, classes: classes,
            dimension: dimension, extraNames: extraNames, dataFingerprint: dataFingerprint,
            metrics: metrics, temperature: temperature, outOfScope: outOfScope,
            wide: SavedFloats.text(weights.wide),
            inner: SavedFloats.text(weights.inner),
            outer: SavedFloats.text(weights.outer), checksum: ""
        ).encoded()
    }

    /// Reads a saved head and checks every part; refuses one of another model or dimension.
    package init(decoding data: Data, model: String, dimension: Int) throws(LearningRefusal) {
        let file = try HeadFile(reading: data)
        let head = try ClassifierHead(file)
        try head.require(model: model, dimension: dimension)
        self = head
    }

    private init(_ file: HeadFile) throws(LearningRefusal) {
        // The set's own checks of names and sizes hold for a file as well.
        _ = try TrainingSet(
            classes: file.classes, dimension: file.dimension, extraNames: file.extraNames)
        let stride = file.dimension + file.extraNames.count + 1
        guard let wide = SavedFloats.floats(file.wide), let inner = SavedFloats.floats(file.inner),
            let outer = SavedFloats.floats(file.outer), wide.count == file.classes.count * stride,
            outer.count.isMultiple(of: file.classes.count),
            inner.count == outer.count / file.classes.count * stride
        else { throw .fileUnreadable("its weights have the wrong size") }
        guard Temperature.range.contains(file.temperature),
            file.outOfScope.isValid
        else { throw .fileUnreadable("its numbers are out of range") }
        self.init(
            model: file.model, classes: file.classes, dimension: file.dimension,
            extraNames: file.extraNames, dataFingerprint: file.dataFingerprint,
            metrics: file.metrics,
            weights: HeadWeights(wide: wide, inner: inner, outer: outer),
            temperature: file.temperature,
            outOfScope: file.outOfScope)
    }
}

/// The saved form of a head.
private struct HeadFile: SavedHead {
    static let format = "frontdesk-classifier-head"
    static let version = ClassifierHead.fileVersion

    let format: String
    let version: Int
    let model: String
    let classes: [String]
    let dimension: Int
    let extraNames: [String]
    let dataFingerprint: String
    let metrics: HeadMetrics
    let temperature: Double
    let outOfScope: OutOfScopeRule
    let wide: String
    let inner: String
    let outer: String
    var checksum: String

    /// Over everything that decides a prediction.
    var digest: String {
        var hash = FNV1a()
        for text in [format, model, dataFingerprint, wide, inner, outer] { hash.add(text) }
        for text in classes + extraNames { hash.add(text) }
        for number in [version, dimension, classes.count, extraNames.count] {
            hash.add(UInt64(bitPattern: Int64(number)))
        }
        let rule = outOfScope
        let numbers =
            [temperature, rule.bias, rule.threshold] + rule.means + rule.scales + rule.weights
        for number in numbers { hash.add(number.bitPattern) }
        return hash.text
    }
}
