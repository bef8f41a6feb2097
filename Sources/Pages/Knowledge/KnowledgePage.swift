import Base
import Domain
import Store
import WebCore

struct KnowledgeContent: Sendable {
    var documents: Page<DocumentStore.Listed>
    var query: String?
    var hits: [PassageHit] = []
    /// Why the search gave nothing: it could not be done.
    var problem: String?
    var limitBytes: Int
    var storage: StorageState
    var notice: Notice?
}

/// What the assistant may answer from: documents, their way to being searchable, and a search.
enum KnowledgePage {
    static func html(_ frame: PageContext, _ content: KnowledgeContent) -> String {
        StaffShell.html(frame, .knowledge, modules: ["knowledge.js"]) {
            div(.class("page")) {
                div(.class("page-head")) {
                    div {
                        h1 { "Knowledge" }
                        p(.class("sub")) { "The assistant answers from these documents only." }
                    }
                }
                if frame.may(.manageKnowledge) {
                    ProblemBox.html(frame, content.storage.refusal?.detail)
                    upload(frame, content)
                }
                search(frame, content)
                documents(frame, content)
            }
            content.notice?.html
        }
    }

    private static func upload(_ frame: PageContext, _ content: KnowledgeContent) -> HTML {
        form(
            .id("upload"), .class("drop"), .post,
            .action("/knowledge/upload?csrf=" + frame.csrf),
            HTMLAttribute("enctype", "multipart/form-data"),
            HTMLAttribute("data-limit", "\(content.limitBytes)"),
            HTMLAttribute("data-upload", "/api/v1/knowledge-base/upload/"),
            HTMLAttribute("data-csrf", frame.csrf)
        ) {
            span(.class("drop-mark"), .hidden) { frame.assets.icon(.upload) }
            div(.class("drop-words")) {
                label(.for("file"), .class("drop-title")) { "Drop documents here, or choose them" }
                p(.class("hint"), .id("file-hint")) {
                    "PDF, Word, HTML, Markdown or text, up to \(Formatting.size(content.limitBytes)) each. "
                        + "\(Formatting.size(content.storage.usedBytes)) of "
                        + "\(Formatting.size(content.storage.quotaBytes)) are used."
                }
            }
            input(
                .id("file"), .name("file"), .type("file"), .required, .flag("multiple"),
                HTMLAttribute(
                    "accept", ".pdf,.docx,.html,.htm,.md,.markdown,.txt,text/*,application/pdf"),
                .describedBy("file-hint"))
            button(.class("button primary"), .type("submit")) { "Upload" }
            ul(.id("uploads"), .class("uploads"), HTMLAttribute("aria-live", "polite")) {}
        }
    }

    private static func search(_ frame: PageContext, _ content: KnowledgeContent) -> HTML {
        section(.class("know-search"), .label("Search")) {
            form(
                .class("search-form"), .role("search"), HTMLAttribute("method", "get"),
                .action("/knowledge"), .get("/knowledge"), .target("#hits"), .select("#hits"),
                .swap("outerHTML"), .indicator("#hits"), .push
            ) {
                label(.class("unseen"), .for("q")) { "Ask the documents" }
                span(.class("search-mark"), .hidden) { frame.assets.icon(.search) }
                input(
                    .id("q"), .name("q"), .type("search"), .value(content.query ?? ""),
                    HTMLAttribute("placeholder", "Ask the documents a question"),
                    HTMLAttribute("maxlength", "2000"), .autocomplete("off"))
                button(.class("button"), .type("submit")) { "Search" }
            }
            div(.id("hits"), HTMLAttribute("aria-live", "polite")) {
                p(.class("working")) { "Searching…" }
                ProblemBox.html(frame, content.problem)
                if let query = content.query, content.problem == nil { hits(query, content.hits) }
            }
        }
    }

    @HTMLBuilder
    private static func hits(_ query: String, _ hits: [PassageHit]) -> HTML {
        if hits.isEmpty {
            p(.class("hint")) {
                "Nothing fits “\(Formatting.excerpt(query, 80))”. Add a document about it."
            }
        } else {
            ol(.class("hits")) {
                for hit in hits {
                    li(.class("card hit")) {
                        div(.class("row-line")) {
                            a(.class("source-title"), .href(address(hit))) { hit.title }
                            span(.class("source-score")) { Formatting.score(hit.score) }
                        }
                        if let place = place(page: hit.page, heading: hit.heading) {
                            p(.class("sub")) { place }
                        }
                        p { Formatting.excerpt(hit.text, 320) }
                    }
                }
            }
        }
    }

    private static func address(_ hit: PassageHit) -> String {
        "/knowledge/\(hit.document)#p-\(hit.passage)"
    }

    static func place(page: Int?, heading: String?) -> String? {
        let parts = [page.map { "Page \($0)" }, heading].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: " · ")
    }

    // MARK: Documents

    /// A notice that comes while the list is being replaced is lost, so unfinished work is also
    /// looked at now and then.
    private static func trigger(_ content: KnowledgeContent) -> String {
        let isWorking = content.documents.items.contains { DocumentRow.isWorking($0.status) }
        return "sse:document delay:150ms, sse:reload" + (isWorking ? ", every 2s" : "")
    }

    private static func documents(_ frame: PageContext, _ content: KnowledgeContent) -> HTML {
        section(
            .id("documents"), .label("Documents"), .get("/knowledge"),
            .trigger(trigger(content)), .select("#documents"), .swap("outerHTML")
        ) {
            if content.documents.items.isEmpty {
                EmptyState.html(
                    frame, .book, "No documents yet",
                    "Start with what customers ask about most: prices, opening hours, "
                        + "cancellations. A page of plain text is enough.")
            } else {
                ul(.class("documents")) {
                    for document in content.documents.items {
                        li(.class("card document"), .id("d-\(document.id)")) {
                            DocumentRow.html(frame, document)
                        }
                    }
                }
                if let next = content.documents.next {
                    a(.class("button small more"), .href("/knowledge?cursor=" + next)) { "Older" }
                }
            }
        }
    }
}

struct DocumentContent: Sendable {
    var document: DocumentStore.Listed
    var passages: [PassageStore.Found]
}

/// One document as the assistant sees it; every passage has an address of its own.
enum DocumentReading {
    static func html(_ frame: PageContext, _ content: DocumentContent) -> String {
        let document = content.document
        return StaffShell.html(
            frame, .knowledge, title: document.title, modules: ["knowledge.js"]
        ) {
            div(.class("page reading")) {
                head(frame, content)
                if content.passages.isEmpty {
                    EmptyState.html(
                        frame, .file, "Nothing to read yet",
                        document.reason ?? "The document is still being read.")
                }
                ol(.class("passages")) {
                    for passage in content.passages { row(passage) }
                }
            }
        }
    }

    private static func head(_ frame: PageContext, _ content: DocumentContent) -> HTML {
        let document = content.document
        return div(.class("page-head")) {
            div(.class("reading-title")) {
                a(.class("icon-button"), .href("/knowledge"), .label("All documents")) {
                    frame.assets.icon(.back)
                }
                div {
                    h1 { document.title }
                    p(.class("sub")) {
                        "\(document.fileName) · \(Formatting.size(document.fileSize)) · "
                            + Formatting.plural(content.passages.count, "passage", "passages")
                    }
                }
            }
            if frame.may(.manageKnowledge) { DocumentRow.delete(frame, document) }
        }
    }

    private static func row(_ passage: PassageStore.Found) -> HTML {
        li(.class("passage"), .id("p-\(passage.passage)"), HTMLAttribute("tabindex", "-1")) {
            if let place = KnowledgePage.place(page: passage.page, heading: passage.heading) {
                p(.class("passage-place")) { place }
            }
            div(.class("prose")) { HTML.paragraphs(passage.text) }
        }
    }
}
