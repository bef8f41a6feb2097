import CKernels

/// The shape of all-MiniLM-L6-v2, from its `config.json`.
enum MiniLM {
    static let layers = 6
    static let heads = 12
    static let width = 384
    static let inner = 1536
    static let positions = 512
    static let vocabulary = 30_522
    static let epsilon: Float = 1e-12

    /// What all linear layers take once they are packed.
    static func packedBytes(_ kind: frontdesk_encoder_kind) -> Int {
        let shapes = [(3 * width, width), (width, width), (inner, width), (width, inner)]
        return layers
            * shapes.reduce(0) {
                $0 + WeightRoom.lines(frontdesk_encoder_packed_bytes(kind, $1.0, $1.1))
            }
    }

    static let weightsFile = "model.safetensors"
    static let weightsHash = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    static let vocabularyFile = "vocab.txt"
    static let vocabularyHash = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
}

/// Gain and shift of one layer normalisation, read in place from the file.
struct Normalisation: @unchecked Sendable {
    // Unchecked: both point into a read-only mapping that the owner keeps.
    let gain: UnsafeBufferPointer<Float>
    let shift: UnsafeBufferPointer<Float>

    init(_ file: TensorFile, _ name: String) throws(EncoderFault) {
        gain = try file.numbers(name + ".LayerNorm.weight", shape: [MiniLM.width])
        shift = try file.numbers(name + ".LayerNorm.bias", shape: [MiniLM.width])
    }
}

/// One transformer layer, ready for the kernels.
struct EncoderLayer: Sendable {
    let queryKeyValue: LinearLayer
    let mix: LinearLayer
    let mixed: Normalisation
    let widen: LinearLayer
    let narrow: LinearLayer
    let narrowed: Normalisation

    init(
        _ file: TensorFile, number: Int, kind: frontdesk_encoder_kind, room: WeightRoom
    ) throws(EncoderFault) {
        let name = "encoder.layer.\(number)."
        func part(_ tensor: String, _ outputs: Int, _ inputs: Int, factor: Float = 1)
            throws(EncoderFault) -> LinearLayer.Part
        {
            LinearLayer.Part(
                weights: try file.numbers(name + tensor + ".weight", shape: [outputs, inputs]),
                bias: try file.numbers(name + tensor + ".bias", shape: [outputs]), factor: factor)
        }
        let width = MiniLM.width
        let inner = MiniLM.inner
        // Scores are divided by the root of the head's width; the queries carry that already.
        let factor = 1 / Float(width / MiniLM.heads).squareRoot()
        queryKeyValue = LinearLayer(
            [
                try part("attention.self.query", width, width, factor: factor),
                try part("attention.self.key", width, width),
                try part("attention.self.value", width, width),
            ], inputs: width, kind: kind, room: room)
        mix = LinearLayer(
            [try part("attention.output.dense", width, width)], inputs: width,
            kind: kind, room: room)
        mixed = try Normalisation(file, name + "attention.output")
        widen = LinearLayer(
            [try part("intermediate.dense", inner, width)], inputs: width,
            kind: kind, room: room)
        narrow = LinearLayer(
            [try part("output.dense", width, inner)], inputs: inner, kind: kind,
            room: room)
        narrowed = try Normalisation(file, name + "output")
    }
}

/// What a token begins as: its word, its position and the one segment that there is.
struct TokenTables: @unchecked Sendable {
    // Unchecked: all point into a read-only mapping that the owner keeps.
    let words: UnsafeBufferPointer<Float>
    let positions: UnsafeBufferPointer<Float>
    let segment: UnsafeBufferPointer<Float>
    let normalisation: Normalisation

    init(_ file: TensorFile) throws(EncoderFault) {
        let width = MiniLM.width
        words = try file.numbers(
            "embeddings.word_embeddings.weight", shape: [MiniLM.vocabulary, width])
        positions = try file.numbers(
            "embeddings.position_embeddings.weight", shape: [MiniLM.positions, width])
        segment = try file.numbers(
            "embeddings.token_type_embeddings.weight", shape: [2, width])
        normalisation = try Normalisation(file, "embeddings")
    }
}
