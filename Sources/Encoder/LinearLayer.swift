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
    private let instructions: InstructionSet
    private let weights: UnsafeMutablePointer<Float>
    private let bias: UnsafeMutablePointer<Float>

    /// Stacks several `[outputs][inputs]` matrices, each times its factor, into one layer.
    init(_ parts: [Part], inputs: Int, instructions: InstructionSet) {
        self.inputs = inputs
        self.instructions = instructions
        outputs = parts.reduce(0) { $0 + $1.bias.count }
        bias = .aligned(outputs)
        let stacked = UnsafeMutablePointer<Float>.aligned(outputs * inputs)
        var row = 0
        for part in parts {
            let numbers = part.bias.count * inputs
            cblas_scopy(
                Int32(numbers), part.weights.baseAddress, 1, stacked + row * inputs, 1)
            cblas_scopy(Int32(part.bias.count), part.bias.baseAddress, 1, bias + row, 1)
            if part.factor != 1 {
                cblas_sscal(Int32(numbers), part.factor, stacked + row * inputs, 1)
                cblas_sscal(Int32(part.bias.count), part.factor, bias + row, 1)
            }
            row += part.bias.count
        }
        guard instructions != .portable else {
            weights = stacked
            return
        }
        weights = .aligned(outputs * inputs)
        frontdesk_encoder_pack(instructions.code, stacked, outputs, inputs, weights)
        stacked.deallocate()
    }

    deinit {
        weights.deallocate()
        bias.deallocate()
    }

    /// output = finish(input · weightsᵀ + bias); 2 * rows * inputs * outputs operations.
    func apply(
        _ input: UnsafePointer<Float>, rows: Int, finish: frontdesk_encoder_finish,
        output: UnsafeMutablePointer<Float>
    ) {
        guard instructions == .portable else {
            frontdesk_encoder_linear(
                instructions.code, input, rows, inputs, weights, bias, outputs, finish, output)
            return
        }
        let residual = finish == FRONTDESK_ENCODER_RESIDUAL
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(outputs), Int32(inputs),
            1, input, Int32(inputs), weights, Int32(inputs), residual ? 1 : 0, output,
            Int32(outputs))
        frontdesk_encoder_finish_sums(
            instructions.code, output, rows, outputs, bias,
            residual ? FRONTDESK_ENCODER_PLAIN : finish)
    }
}

extension UnsafeMutablePointer<Float> {
    /// Room that begins on a cache line, so that no vector load crosses one.
    static func aligned(_ count: Int) -> UnsafeMutablePointer<Float> {
        UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 64)
            .bindMemory(to: Float.self, capacity: count)
    }
}
