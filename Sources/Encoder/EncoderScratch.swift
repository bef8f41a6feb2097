import CKernels

/// The memory of one computing thread; not to be used by two at once.
package final class EncoderScratch {
    /// Tokens of a group: a text joins while the group stays within this.
    package static let groupTokens = 512
    /// Rows that pass through the wide inner layer at once, so that it stays in the cache.
    static let innerRows = 112

    let states: UnsafeMutablePointer<Float>
    let queryKeyValue: UnsafeMutablePointer<Float>
    let context: UnsafeMutablePointer<Float>
    let inner: UnsafeMutablePointer<Float>
    let attention: UnsafeMutablePointer<Float>
    let vector: UnsafeMutablePointer<Float>

    package init() {
        let rows = EncoderScratch.groupTokens
        states = .aligned(rows * MiniLM.width)
        queryKeyValue = .aligned(rows * 3 * MiniLM.width)
        context = .aligned(rows * MiniLM.width)
        inner = .aligned(EncoderScratch.innerRows * MiniLM.inner)
        attention = .aligned(frontdesk_encoder_attention_scratch())
        vector = .aligned(MiniLM.width)
    }

    deinit {
        for room in [states, queryKeyValue, context, inner, attention, vector] {
            room.deallocate()
        }
    }
}
