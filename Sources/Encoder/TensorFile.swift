import Foundation

/// A safetensors file: eight bytes of header length, a JSON header, then the numbers.
///
/// Format: github.com/huggingface/safetensors, "Format". Only f32 tensors can be asked for. Every
/// offset is checked against the file before a pointer is made from it.
package struct TensorFile {
    private struct Tensor {
        let type: String
        let shape: [Int]
        let range: Range<Int>
    }

    /// Longest header that is read.
    package static let headerLimitBytes = 1 << 20

    package let file: MappedFile
    private let tensors: [String: Tensor]

    package init(_ file: MappedFile) throws(EncoderFault) {
        self.file = file
        let bytes = file.bytes
        guard bytes.count >= 8 else { throw file.malformed("it has no header") }
        let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        guard length >= 2, length <= TensorFile.headerLimitBytes, Int(length) + 8 <= bytes.count
        else { throw file.malformed("its header has an impossible length") }
        let start = 8 + Int(length)
        let header: Any
        do {
            header = try JSONSerialization.jsonObject(with: Data(bytes[8..<start]))
        } catch {
            throw file.malformed("its header is not JSON")
        }
        guard let entries = header as? [String: Any]
        else { throw file.malformed("its header is not an object") }
        var tensors: [String: Tensor] = [:]
        for (name, entry) in entries where name != "__metadata__" {
            tensors[name] = try TensorFile.tensor(
                entry, named: name, start: start, of: file)
        }
        self.tensors = tensors
    }

    private static func tensor(
        _ entry: Any, named name: String, start: Int, of file: MappedFile
    ) throws(EncoderFault) -> Tensor {
        guard let entry = entry as? [String: Any], let type = entry["dtype"] as? String,
            let shape = entry["shape"] as? [Int], let offsets = entry["data_offsets"] as? [Int],
            offsets.count == 2, shape.count <= 8, shape.allSatisfy({ $0 >= 0 })
        else { throw file.malformed("the entry of \(name) is not understood") }
        let available = file.bytes.count - start
        guard offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= available
        else { throw file.malformed("\(name) lies outside the file") }
        return Tensor(type: type, shape: shape, range: start + offsets[0]..<start + offsets[1])
    }

    /// The numbers of a tensor, which must have exactly this shape; valid while the file lives.
    package func numbers(
        _ name: String, shape: [Int]
    ) throws(EncoderFault) -> UnsafeBufferPointer<Float> {
        guard let tensor = tensors[name] else { throw file.malformed("\(name) is missing") }
        guard tensor.type == "F32" else { throw file.malformed("\(name) is not f32") }
        guard tensor.shape == shape else { throw file.malformed("\(name) has another shape") }
        var count = 1
        for extent in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow, product <= file.bytes.count
            else { throw file.malformed("\(name) is larger than the file") }
            count = product
        }
        let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[tensor.range])
        guard bytes.count == count * 4 else { throw file.malformed("\(name) has another size") }
        guard Int(bitPattern: bytes.baseAddress) % 4 == 0
        else { throw file.malformed("\(name) is not aligned") }
        return bytes.bindMemory(to: Float.self)
    }
}

extension MappedFile {
    func malformed(_ reason: String) -> EncoderFault { .malformed(file: name, reason: reason) }
}
