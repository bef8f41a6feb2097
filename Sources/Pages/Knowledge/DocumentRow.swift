import Base
import Domain
import Store
import WebCore

/// A document in the list: what it is, where it stands, and what can be done.
enum DocumentRow {
    @HTMLBuilder
    static func html(_ frame: PageContext, _ document: DocumentStore.Listed) -> HTML {
        span(.class("document-mark"), .hidden) { frame.assets.icon(icon(document.fileType)) }
        div(.class("document-words")) {
            if document.status == .ready {
                a(.class("document-title"), .href("/knowledge/\(document.id)")) { document.title }
            } else {
                span(.class("document-title")) { document.title }
            }
            p(.class("sub")) { facts(frame, document) }
            if let reason = document.reason { p(.class("problem")) { reason } }
            if isWorking(document.status) { steps(document) }
        }
        div(.class("document-state")) { state(document) }
        if frame.may(.manageKnowledge) {
            div(.class("document-actions")) {
                if document.status == .failed || document.reason != nil { retry(frame, document) }
                delete(frame, document)
            }
        }
    }

    static func isWorking(_ status: DocumentStatus) -> Bool {
        [.received, .extracting, .embedding].contains(status)
    }

    private static func facts(_ frame: PageContext, _ document: DocumentStore.Listed) -> String {
        var facts = [kind(document.fileType), Formatting.size(document.fileSize)]
        if document.status == .ready {
            facts.append(Formatting.plural(document.passagesTotal, "passage", "passages"))
        }
        let added = frame.zone.local(document.createdAt).date
        facts.append(
            "added \(Formatting.day(added, today: frame.today, frame.locale).lowercasedIfRelative)")
        return facts.joined(separator: " · ")
    }

    private static func state(_ document: DocumentStore.Listed) -> HTML {
        switch document.status {
        case .ready: Tag(words: "Ready", tone: .good).html
        case .failed: Tag(words: "Could not be read", tone: .danger).html
        case .received: Tag(words: "Waiting", tone: .calm).html
        case .extracting: Tag(words: "Reading", tone: .information).html
        case .embedding: Tag(words: "Learning", tone: .information).html
        case .deleted: Tag(words: "Deleted", tone: .calm).html
        }
    }

    private static func kind(_ type: String) -> String {
        switch type {
        case "docx": "Word"
        case "markdown", "text": type.capitalisedFirst
        default: type.uppercased()
        }
    }

    private static func icon(_ type: String) -> Icon {
        switch type {
        case "pdf": .pdf
        case "docx": .word
        case "html": .code
        default: .file
        }
    }

    private static func retry(_ frame: PageContext, _ document: DocumentStore.Listed) -> HTML {
        form(.class("inline"), .post, .action("/knowledge/\(document.id)/retry")) {
            frame.token
            button(.class("button small"), .type("submit")) {
                frame.assets.icon(.again)
                "Try again"
            }
        }
    }

    static func delete(_ frame: PageContext, _ document: DocumentStore.Listed) -> HTML {
        form(
            .class("inline"), .post, .action("/knowledge/\(document.id)/delete"),
            HTMLAttribute(
                "data-confirm",
                "Delete “\(document.title)”? The assistant stops answering from it at once."),
            HTMLAttribute("data-confirm-action", "Delete")
        ) {
            frame.token
            button(
                .class("icon-button"), .type("submit"), .label("Delete \(document.title)"),
                .title("Delete")
            ) { frame.assets.icon(.trash) }
        }
    }

    /// Where a document stands on its way: received, read, learned.
    private static func steps(_ document: DocumentStore.Listed) -> HTML {
        let reached =
            switch document.status {
            case .received: 0
            case .extracting: 1
            case .embedding: 2
            case .ready, .failed, .deleted: 3
            }
        return ol(.class("steps"), .label("Progress")) {
            for (index, name) in ["Received", "Reading", "Learning"].enumerated() {
                li(
                    .class(index < reached ? "done" : index == reached ? "now" : "next"),
                    index == reached ? HTMLAttribute("aria-current", "step") : .none
                ) {
                    name
                    if index == 2, reached == 2, document.passagesTotal > 0 {
                        " \(document.passagesDone) of \(document.passagesTotal)"
                    }
                }
            }
        }
    }
}
