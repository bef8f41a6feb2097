/// What happens to documents.
///
/// `ready` names the generation and the model whose passages answer from then on, and `deleted` says
/// that none of the document's do: whoever keeps an index follows these two.
package enum DocumentEvents {
    package static let received = EventKind("document.received", in: column)
    package static let extracting = EventKind("document.extracting", in: column, kept: .usual)
    package static let embedding = EventKind("document.embedding", in: column, kept: .usual)
    package static let progressed = EventKind("document.progressed", in: column, kept: .brief)
    package static let delayed = EventKind("document.delayed", in: column, kept: .usual)
    package static let failed = EventKind("document.failed", in: column, kept: .usual)
    package static let retried = EventKind("document.retried", in: column, kept: .usual)
    package static let ready = EventKind("document.ready", in: column)
    package static let deleted = EventKind("document.deleted", in: column)

    private static let column = "Knowledge"
}
