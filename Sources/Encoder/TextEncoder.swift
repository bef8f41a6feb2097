import CKernels
package import Foundation

/// all-MiniLM-L6-v2, loaded: tokens in, vectors of length 1 out.
///
/// Immutable, so threads share it; each brings its own `EncoderScratch`. The vector of a text does
/// not depend on what else is in its group.
package final class TextEncoder: Sendable {
    /// The id that vectors of all precisions but int8 are tagged with: they may stand in one index.
    package static let modelID = "all-MiniLM-L6-v2"
    package static let dimensions = MiniLM.width
    /// Tokens are numbers below this.
    package static let vocabularyCount = MiniLM.vocabulary
    /// Longest text in tokens, with start and end; what follows is cut off, as the reference does.
    package static let tokenLimit = 256

    package let instructions: InstructionSet
    /// How numbers are kept while computing; vectors of different precisions differ slightly.
    package let precision: EncoderOptions.Precision
    /// The id that this encoder's vectors are tagged with; one of its own where they differ much.
    package let modelID: String
    package let tokenizer: Tokenizer

    private let kind: frontdesk_encoder_kind
    private let model: EncoderModel

    /// Loads and checks `model.safetensors` and `vocab.txt` of the folder; about 60 ms on two free cores.
    package init(
        modelFolder: URL, options: EncoderOptions = EncoderOptions()
    ) throws(EncoderFault) {
        let choice = try options.resolved()
        kind = choice.kind
        instructions = choice.instructions
        precision = choice.precision
        modelID = precision == .int8 ? TextEncoder.modelID + "-int8" : TextEncoder.modelID
        model = try EncoderModel.load(modelFolder, kind: kind)
        tokenizer = model.tokenizer
    }

    /// The vectors of some texts, computed here and now on the calling thread.
    package func vectors(of texts: [String]) -> [[Float]] {
        vectors(ofTokens: texts.map { tokenizer.tokens(of: $0) }, EncoderScratch())
    }

    /// The vectors of token sequences, in groups of up to `EncoderScratch.groupTokens`.
    ///
    /// Each sequence has 1 … `tokenLimit` tokens of the vocabulary; callers check that.
    package func vectors(ofTokens texts: [[Int32]], _ scratch: EncoderScratch) -> [[Float]] {
        var vectors: [[Float]] = []
        vectors.reserveCapacity(texts.count)
        var first = 0
        while first < texts.count {
            var end = first
            var tokens = 0
            while end < texts.count,
                end == first || tokens + texts[end].count <= EncoderScratch.groupTokens
            {
                tokens += texts[end].count
                end += 1
            }
            encode(texts[first..<end], rows: tokens, scratch)
            var row = 0
            for text in texts[first..<end] {
                let states = scratch.states + row * MiniLM.width
                frontdesk_encoder_pool(
                    kind, states, text.count, MiniLM.width, scratch.vector)
                vectors.append(
                    Array(UnsafeBufferPointer(start: scratch.vector, count: MiniLM.width)))
                row += text.count
            }
            first = end
        }
        return vectors
    }

    /// The last layer's states of one text's tokens behind each other, without start and end token.
    ///
    /// Their lengths are as they come; `tokens` are framed, at most `tokenLimit`.
    package func states(ofTokens tokens: [Int32], _ scratch: EncoderScratch) -> [Float] {
        guard tokens.count > 2 else { return [] }
        encode([tokens], rows: tokens.count, scratch)
        return Array(
            UnsafeBufferPointer(
                start: scratch.states + MiniLM.width, count: (tokens.count - 2) * MiniLM.width))
    }

    /// Leaves the last layer's states of the group in the scratch.
    private func encode(_ texts: ArraySlice<[Int32]>, rows: Int, _ scratch: EncoderScratch) {
        begin(texts, scratch.states)
        let numberBytes = frontdesk_encoder_number_bytes(kind)
        let width = MiniLM.width * numberBytes
        // Where numbers are floats, the states themselves are the input.
        let input = numberBytes == 4 ? UnsafeMutableRawPointer(scratch.states) : scratch.input
        normalise(scratch.states, rows: rows, model.tables.normalisation, input)
        for layer in model.layers {
            layer.queryKeyValue.apply(
                input, rows: rows, finish: FRONTDESK_ENCODER_PLAIN, output: scratch.queryKeyValue)
            var row = 0
            for text in texts {
                frontdesk_encoder_attention(
                    kind, scratch.queryKeyValue + row * 3 * width, text.count, MiniLM.heads,
                    scratch.attention, scratch.context + row * width)
                row += text.count
            }
            layer.mix.apply(
                scratch.context, rows: rows, finish: FRONTDESK_ENCODER_RESIDUAL,
                output: scratch.states)
            normalise(scratch.states, rows: rows, layer.mixed, input)
            for first in stride(from: 0, to: rows, by: EncoderScratch.innerRows) {
                let count = min(EncoderScratch.innerRows, rows - first)
                layer.widen.apply(
                    input + first * width, rows: count, finish: FRONTDESK_ENCODER_GELU,
                    output: scratch.inner)
                layer.narrow.apply(
                    scratch.inner, rows: count, finish: FRONTDESK_ENCODER_RESIDUAL,
                    output: scratch.states + first * MiniLM.width)
            }
            normalise(scratch.states, rows: rows, layer.narrowed, input)
        }
    }

    private func begin(_ texts: ArraySlice<[Int32]>, _ states: UnsafeMutablePointer<Float>) {
        var state = states
        for text in texts {
            precondition(text.allSatisfy { (0..<Int32(MiniLM.vocabulary)).contains($0) })
            precondition(text.count <= TextEncoder.tokenLimit, "a text is too long")
            frontdesk_encoder_begin(
                model.tables.words.baseAddress, model.tables.positions.baseAddress,
                model.tables.segment.baseAddress, text, text.count, MiniLM.width, state)
            state += text.count * MiniLM.width
        }
    }

    private func normalise(
        _ states: UnsafeMutablePointer<Float>, rows: Int, _ normalisation: Normalisation,
        _ numbers: UnsafeMutableRawPointer
    ) {
        frontdesk_encoder_normalise(
            kind, states, rows, MiniLM.width, normalisation.gain.baseAddress,
            normalisation.shift.baseAddress, MiniLM.epsilon, numbers)
    }
}
