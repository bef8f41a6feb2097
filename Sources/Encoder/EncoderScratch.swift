import CKernels

/// The memory of one computation; not to be used by two at once.
package final class EncoderScratch {
    /// Tokens of a group: a text joins while the group stays within this, so that what is passed
    /// between its layers stays in the second-level cache. A longer text is a group alone.
    package static let groupTokens = 128
    /// Rows that pass through the wide inner layer at once, so that it stays in the cache.
    static let innerRows = groupTokens

    /// What runs through all layers, as floats in every precision.
    let states: UnsafeMutablePointer<Float>
    let vector: UnsafeMutablePointer<Float>
    // Numbers of the precision, or of the widest.
    let input: UnsafeMutableRawPointer
    let queryKeyValue: UnsafeMutableRawPointer
    let context: UnsafeMutableRawPointer
    let inner: UnsafeMutableRawPointer
    let attention: UnsafeMutableRawPointer

    package init() {
        let rows = max(EncoderScratch.groupTokens, TextEncoder.tokenLimit)
        states = .aligned(rows * MiniLM.width)
        vector = .aligned(MiniLM.width)
        input = .aligned(numbers: rows * MiniLM.width)
        queryKeyValue = .aligned(numbers: rows * 3 * MiniLM.width)
        context = .aligned(numbers: rows * MiniLM.width)
        inner = .aligned(numbers: EncoderScratch.innerRows * MiniLM.inner)
        let attentionBytes = frontdesk_encoder_attention_scratch()
        attention = .allocate(byteCount: attentionBytes, alignment: 64)
        // Kernels multiply with keys that nobody wrote, and do not look at the result.
        attention.initializeMemory(as: UInt8.self, repeating: 0, count: attentionBytes)
    }

    deinit {
        states.deallocate()
        vector.deallocate()
        for room in [input, queryKeyValue, context, inner, attention] { room.deallocate() }
    }
}

extension UnsafeMutableRawPointer {
    /// Room for numbers of any precision.
    fileprivate static func aligned(numbers: Int) -> UnsafeMutableRawPointer {
        UnsafeMutableRawPointer(UnsafeMutablePointer<Float>.aligned(numbers))
    }
}
