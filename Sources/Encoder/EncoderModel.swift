import Base
import CBLAS
import CKernels
import Foundation

/// The files of the model, checked and ready for the kernels.
struct EncoderModel: Sendable {
    let kind: frontdesk_encoder_kind
    let tokenizer: Tokenizer
    let tables: TokenTables
    let layers: [EncoderLayer]
    // What the tables and layers point into.
    private let file: TensorFile
    private let room: WeightRoom

    /// Hashing 90 MB takes as long as all the rest, so one core hashes while another makes ready;
    /// what was made is given out only when the hash is right.
    static func load(
        _ folder: URL, kind: frontdesk_encoder_kind
    ) throws(EncoderFault) -> EncoderModel {
        let vocabulary = try MappedFile(
            path: folder.appendingPathComponent(MiniLM.vocabularyFile).path)
        try vocabulary.check(sha256: MiniLM.vocabularyHash)
        let weights = try MappedFile(
            path: folder.appendingPathComponent(MiniLM.weightsFile).path)
        let check = Outcome<Void>()
        let hashing = Thread {
            check.fill { () throws(EncoderFault) in
                try weights.check(sha256: MiniLM.weightsHash)
            }
        }
        hashing.name = "weights hash"
        hashing.start()
        let model = Result { () throws(EncoderFault) in
            try EncoderModel(vocabulary, weights, kind)
        }
        try check.wait()
        let made = try model.get()
        // Everything but the word table has been copied.
        weights.releasePages()
        return made
    }

    private init(
        _ vocabulary: MappedFile, _ weights: MappedFile, _ kind: frontdesk_encoder_kind
    ) throws(EncoderFault) {
        self.kind = kind
        tokenizer = Tokenizer(try Vocabulary(vocabulary))
        file = try TensorFile(weights)
        tables = try TokenTables(file)
        // Threads are ours; a library that starts its own would have them fight for the cores.
        if kind == FRONTDESK_ENCODER_F32_PORTABLE { openblas_set_num_threads(1) }
        room = WeightRoom(bytes: MiniLM.packedBytes(kind))
        var layers: [EncoderLayer] = []
        for number in 0..<MiniLM.layers {
            layers.append(try EncoderLayer(file, number: number, kind: kind, room: room))
        }
        self.layers = layers
    }
}

/// What the other thread has come to.
private final class Outcome<Value: Sendable>: Sendable {
    private let condition = NSCondition()
    private let result = Lock<Result<Value, EncoderFault>?>(nil)

    func fill(_ work: () throws(EncoderFault) -> Value) {
        let made = Result(catching: work)
        condition.lock()
        result.withLock { $0 = made }
        condition.signal()
        condition.unlock()
    }

    /// Waits on the calling thread until it is filled.
    func wait() throws(EncoderFault) -> Value {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let result = result.withLock({ $0 }) { return try result.get() }
            condition.wait()
        }
    }
}
