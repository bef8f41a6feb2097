import CKernels

/// The memory of one computing thread; not to be used by two at once.
package final class EncoderScratch {
    /// Tokens of a group: a text joins while the group stays within this.
    package static let groupTokens = 512
    /// Rows that pass through the wide inner layer at once, so that it stays in the cache.
    static let innerRows = 112

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
        let rows = EncoderScratch.groupTokens
        states = .aligned(rows * MiniLM.width)
        vector = .aligned(MiniLM.width)
        input = .aligned(numbers: rows * MiniLM.width)
        queryKeyValue = .aligned(numbers: rows * 3 * MiniLM.width)
        context = .aligned(numbers: rows * MiniLM.width)
        inner = .aligned(numbers: EncoderScratch.innerRows * MiniLM.inner)
        attention = .allocate(byteCount: frontdesk_encoder_attention_scratch(), alignment: 64)
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
