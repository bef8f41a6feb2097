/// PDF files out of objects as they come, with a right table of places.
package enum HostilePDF {
    /// Arrays in arrays in arrays.
    package static var deepCatalogue: [UInt8] {
        let deep = 200_000
        let arrays = String(repeating: "[", count: deep) + String(repeating: "]", count: deep)
        return file(["<< /Type /Catalog /Pages 2 0 R /Deep \(arrays) >>", "<< >>"])
    }

    /// Forms that draw each other, each the next so many times: the last is drawn that number to
    /// the power of 8 times, every time at another place.
    package static func forms(_ times: Int, _ content: String) -> [UInt8] {
        let last = 12
        let step = String(repeating: "1 0 0 1 1 1 cm /X Do ", count: times)
        var objects = [
            "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9999 9999] /Contents 4 0 R "
                + "/Resources << /XObject << /X 5 0 R >> /Font << /F 13 0 R >> >> >>",
            stream(step),
        ]
        for number in 5...last {
            objects.append(
                stream(
                    number < last ? step : content,
                    "/Type /XObject /Subtype /Form /BBox [0 0 99999 99999] /Resources << /XObject "
                        + "<< /X \(number + 1) 0 R >> /Font << /F 13 0 R >> >>"))
        }
        objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
        return file(objects)
    }

    /// A few bytes that unpack to terabytes: each of five layers makes them 64 times as many.
    package static var endlessStream: [UInt8] {
        let layers = String(repeating: "/RunLengthDecode ", count: 5)
        return file([
            "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R >>",
            // In hexadecimal, so that the file stays text: 81 repeats the next byte 128 times.
            stream(
                String(repeating: "81", count: 4_096) + ">",
                "/Filter [ /ASCIIHexDecode \(layers)]"),
        ])
    }

    package static func stream(_ content: String, _ entries: String = "") -> String {
        "<< /Length \(content.utf8.count) \(entries) >>\nstream\n\(content)\nendstream"
    }

    package static func file(_ objects: [String]) -> [UInt8] {
        var text = "%PDF-1.4\n"
        var table = "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
        for (index, object) in objects.enumerated() {
            let digits = String(text.utf8.count)
            table += String(repeating: "0", count: 10 - digits.count) + digits + " 00000 n \n"
            text += "\(index + 1) 0 obj\n\(object)\nendobj\n"
        }
        let place = text.utf8.count
        text += table + "trailer\n<< /Size \(objects.count + 1) /Root 1 0 R >>\n"
        return Array((text + "startxref\n\(place)\n%%EOF\n").utf8)
    }
}
