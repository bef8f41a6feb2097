import Foundation

/// Writes small PDF files, so that no binary fixtures are kept.
struct MadePDF {
    struct Text {
        var string: String
        var x: Double
        /// Points from the top of the page.
        var top: Double
        var size = 10.0
        var isBold = false
    }

    var pages: [[Text]]
    /// The entry of the trailer that asks for a password, with keys that no password opens.
    var isEncrypted = false

    func data() -> Data {
        var objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
        objects.append(
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
        objects.append(
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>"
        )
        var kids: [String] = []
        for page in pages {
            let stream = page.map(Self.operators).joined(separator: "\n")
            objects.append("<< /Length \(stream.utf8.count) >>\nstream\n\(stream)\nendstream")
            let content = objects.count
            objects.append(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents \(content) 0 R "
                    + "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>")
            kids.append("\(objects.count) 0 R")
        }
        objects[1] =
            "<< /Type /Pages /Kids [\(kids.joined(separator: " "))] /Count \(kids.count) >>"
        if isEncrypted {
            let key = String(repeating: "5a", count: 32)
            objects.append("<< /Filter /Standard /V 1 /R 2 /O <\(key)> /U <\(key)> /P -44 >>")
        }
        return Self.file(objects, encrypted: isEncrypted)
    }

    private static func operators(_ text: Text) -> String {
        // Signs beyond ASCII are written as their number in Windows-1252.
        let escaped = text.string.unicodeScalars.map { scalar in
            switch scalar {
            case "(", ")", "\\": "\\\(scalar)"
            case _ where scalar.value > 0x7E: "\\" + String(scalar.value, radix: 8)
            default: String(scalar)
            }
        }.joined()
        return
            "BT /\(text.isBold ? "F2" : "F1") \(text.size) Tf \(text.x) \(842 - text.top) Td (\(escaped)) Tj ET"
    }

    private static func file(_ objects: [String], encrypted: Bool) -> Data {
        var text = "%PDF-1.4\n"
        var places: [Int] = []
        for (index, object) in objects.enumerated() {
            places.append(text.utf8.count)
            text += "\(index + 1) 0 obj\n\(object)\nendobj\n"
        }
        let table = text.utf8.count
        text += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
        for place in places {
            let digits = String(place)
            text += String(repeating: "0", count: 10 - digits.count) + digits + " 00000 n \n"
        }
        let id = "/ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]"
        let lock = encrypted ? "/Encrypt \(objects.count) 0 R \(id)" : ""
        text += "trailer\n<< /Size \(objects.count + 1) /Root 1 0 R \(lock) >>\n"
        text += "startxref\n\(table)\n%%EOF\n"
        return Data(text.utf8)
    }

    /// A paragraph set line by line, 14 points apart.
    static func lines(_ lines: [String], x: Double, top: Double, pitch: Double = 14) -> [Text] {
        lines.enumerated().map { Text(string: $1, x: x, top: top + Double($0) * pitch) }
    }
}
