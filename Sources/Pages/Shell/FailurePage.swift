import HTTP
import WebCore

/// A problem for people: what happened, and how to go on.
enum FailureView {
    static func html(_ frame: PlainContext, _ document: ProblemDocument) -> String {
        let words = words(document)
        return PlainShell.html(frame, title: "\(words.title) · Frontdesk") {
            div(.class("failure")) {
                p(.class("failure-code"), .hidden) { "\(document.status)" }
                h1 { words.title }
                p(.class("lead")) { words.text }
                div(.class("empty-actions")) {
                    a(.class("button primary"), .href("/")) { "To the start" }
                }
                if document.status >= 500, let instance = document.instance {
                    p(.class("hint")) { "If it happens again, give this number: \(instance)" }
                }
            }
        }
    }

    private static func words(_ document: ProblemDocument) -> (title: String, text: String) {
        switch document.status {
        case 403: ("This is not for you", document.detail ?? "Your role does not allow this.")
        case 404: ("Nothing here", document.detail ?? "There is nothing at this address.")
        case 405: ("Not like this", "This address does not take this kind of request.")
        case 409: ("Something changed", document.detail ?? "Look again and repeat the step.")
        case 503: ("One moment", "The desk cannot be reached. Try again in a few seconds.")
        case 500...: ("Something broke", "It is our fault, and it is in the log.")
        default:
            (
                "That did not work",
                document.detail ?? "Go back, look at what you sent, and try again."
            )
        }
    }
}
