import CBLAS
import CKernels

/// Weights and bias of one linear layer, in the order that the chosen kernels read.
final class LinearLayer: @unchecked Sendable {
    // Unchecked: written only in the initialiser.
    struct Part {
        let weights: UnsafeBufferPointer<Float>
        let bias: UnsafeBufferPointer<Float>
        let factor: Float
    }

    let inputs: Int
    let outputs: Int
    private let kind: frontdesk_encoder_kind
    private let weights: UnsafeMutableRawPointer
    private let bias: UnsafeMutablePointer<Float>

    /// Stacks several `[outputs][inputs]` matrices, each times its factor, into one layer.
    init(_ parts: [Part], inputs: Int, kind: frontdesk_encoder_kind, room: WeightRoom) {
        self.inputs = inputs
        self.kind = kind
        outputs = parts.reduce(0) { $0 + $1.bias.count }
        bias = .aligned(outputs)
        weights = room.take(frontdesk_encoder_packed_bytes(kind, outputs, inputs))
        var row = 0
        for part in parts {
            precondition(part.bias.count % 96 == 0, "a part must fill whole panels")
            // Every part fills whole panels, so its own lie behind those of the last.
            let place = weights + frontdesk_encoder_packed_bytes(kind, row, inputs)
            if kind == FRONTDESK_ENCODER_F32_PORTABLE {
                let floats = place.assumingMemoryBound(to: Float.self)
                let count = Int32(part.weights.count)
                cblas_scopy(count, part.weights.baseAddress, 1, floats, 1)
                cblas_sscal(count, part.factor, floats, 1)
            } else {
                frontdesk_encoder_pack(
                    kind, part.weights.baseAddress, part.factor, part.bias.count, inputs, place)
            }
            for (index, value) in part.bias.enumerated() {
                bias[row + index] = value * part.factor
            }
            row += part.bias.count
        }
    }

    deinit { bias.deallocate() }

    /// output = finish(input · weightsᵀ + bias); 2 * rows * inputs * outputs operations.
    func apply(
        _ input: UnsafeRawPointer, rows: Int, finish: frontdesk_encoder_finish,
        output: UnsafeMutableRawPointer
    ) {
        guard kind == FRONTDESK_ENCODER_F32_PORTABLE else {
            frontdesk_encoder_linear(
                kind, input, rows, inputs, weights, bias, outputs, finish, output)
            return
        }
        let residual = finish == FRONTDESK_ENCODER_RESIDUAL
        let sums = output.assumingMemoryBound(to: Float.self)
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(outputs), Int32(inputs),
            1, input.assumingMemoryBound(to: Float.self), Int32(inputs),
            weights.assumingMemoryBound(to: Float.self), Int32(inputs), residual ? 1 : 0, sums,
            Int32(outputs))
        frontdesk_encoder_finish_sums(
            kind, sums, rows, outputs, bias, residual ? FRONTDESK_ENCODER_PLAIN : finish)
    }
}

extension UnsafeMutablePointer<Float> {
    /// Room that begins on a cache line, so that no vector load crosses one.
    static func aligned(_ count: Int) -> UnsafeMutablePointer<Float> {
        UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 64)
            .bindMemory(to: Float.self, capacity: count)
    }
}
