import Base
import Foundation
import HTTP

/// How long after its upload a document is found.
///
/// Searchable means that a search over HTTP gives a passage of this very document.
enum UploadSuite {
    static let rounds = 8

    private static let documents = [
        ("guest-handbook.pdf", "PDF of 20 pages", "under 2 s"),
        ("cancellation-and-deposit-policy-2026.docx", "DOCX", nil),
        ("faq.html", "HTML", nil),
    ]

    static func run() async throws -> Report {
        try await Installation.with { _, staff in
            var report = Report("upload")
            for (name, label, aim) in documents {
                let file = URL(fileURLWithPath: "corpora/salon/documents/\(name)")
                let bytes = Array(try Data(contentsOf: file))
                var accepted: [Double] = []
                var searchable: [Double] = []
                for round in 0...rounds {
                    let times = try await upload(bytes, named: name, round: round, staff)
                    // The first warms what is used for the first time.
                    guard round > 0 else { continue }
                    accepted.append(times.accepted)
                    searchable.append(times.searchable)
                }
                report.add("\(label) (\(bytes.count >> 10) KB): sent → accepted", accepted)
                report.add("\(label): sent → searchable", searchable, aim: aim)
            }
            report.note("Load average at the end: \(ProcessFigures.loadAverage).")
            return report
        }
    }

    /// Uploads, waits until a search finds it, and deletes it; milliseconds since the sending.
    private static func upload(
        _ bytes: [UInt8], named name: String, round: Int, _ staff: Staff
    ) async throws -> (accepted: Double, searchable: Double) {
        let begun = ContinuousClock.now
        let answer = try await staff.api.send(
            form(bytes, named: "\(round)-\(name)", to: staff.api.url))
        guard answer.status == .accepted else {
            throw BenchFailure("upload: \(answer.status.code) \(answer.text.prefix(300))")
        }
        let accepted = ContinuousClock.now
        let id = try answer.decodeJSON(JSONValue.self)["id"]?.text ?? ""
        while true {
            let document = try await staff.api.call(
                .get, "/api/v1/knowledge-base/documents/\(id)/")
            let status = document["status"]?.text
            if status == "ready" { break }
            guard status != "failed", ContinuousClock.now - begun < Installation.patience else {
                throw BenchFailure("the upload \(status ?? "?")")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        let text = try await passage(of: id, staff)
        let searchable = ContinuousClock.now
        guard text else { throw BenchFailure("the upload is ready and not found") }
        try await staff.api.call(.delete, "/api/v1/knowledge-base/documents/\(id)/")
        return (
            (accepted - begun) / .milliseconds(1), (searchable - begun) / .milliseconds(1)
        )
    }

    private static func passage(of document: String, _ staff: Staff) async throws -> Bool {
        let found = try await staff.api.call(
            .post, "/api/v1/knowledge-base/search/",
            ["query": "What happens when I cancel an appointment late?", "k": 40])
        return (found["results"]?.items ?? []).contains { $0["document_id"]?.text == document }
    }

    static func form(_ bytes: [UInt8], named name: String, to url: String) -> FetchRequest {
        let boundary = "frontdesk-bench-boundary"
        let head = """
            --\(boundary)\r
            Content-Disposition: form-data; name="file"; filename="\(name)"\r
            Content-Type: application/octet-stream\r
            \r

            """
        return FetchRequest(
            .post, url + "/api/v1/knowledge-base/upload/",
            headers: ["Content-Type": "multipart/form-data; boundary=\(boundary)"],
            body: Array(head.utf8) + bytes + Array("\r\n--\(boundary)--\r\n".utf8))
    }
}
