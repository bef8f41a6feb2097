/// Numbers as JSON text: the shortest digits that read back as the same 32-bit number.
enum FloatText {
    static func append(_ number: Float, to bytes: inout [UInt8]) {
        bytes += number.description.utf8
    }
}
