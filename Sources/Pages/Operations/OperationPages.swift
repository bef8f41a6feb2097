import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

/// Background work that was given up: seen, tried again, or dropped.
func operationPages(_ context: PageSite) -> [Route<Visitor>] {
    [
        .page(.get, "/operations", "operations", .manageOperations, in: context) { visit in
            try visit.staff.require(.manageOperations)
            let cursor = visit.request.query["cursor"].flatMap { PageCursor($0) }
            let parked = visit.desk.parkedJobs
            let loaded = try await visit.load { reader, _ in
                try parked.page(after: cursor, limit: OperationsView.listLimit, reader)
            }
            return .html(OperationsView.html(loaded.frame, loaded.value, visit.notice))
        },
        .page(.post, "/operations/{id}/retry", "job_retry", .manageOperations, in: context) {
            visit in
            try await visit.desk.parkedJobs.retry(try visit.id(), by: visit.staff)
            return .redirect(to: "/operations?notice=retried")
        },
        .page(.post, "/operations/{id}/drop", "job_drop", .manageOperations, in: context) {
            visit in
            try await visit.desk.parkedJobs.drop(try visit.id(), by: visit.staff)
            return .redirect(to: "/operations?notice=dropped")
        },
    ]
}

/// The page of what waits for somebody who sees to the machine.
enum OperationsView {
    static let listLimit = 50

    static func html(
        _ frame: PageContext, _ jobs: Page<ParkedJob>, _ notice: Notice?
    ) -> String {
        StaffShell.html(frame, .operations) {
            div(.class("page")) {
                div(.class("page-head")) {
                    div {
                        h1 { "Work that was given up" }
                        p(.class("sub")) {
                            "Work in the background is tried by itself. What stands here was not "
                                + "done, and waits for you. It is tried once more whenever the "
                                + "server starts."
                        }
                    }
                }
                list(frame, jobs)
            }
            notice?.html
        }
    }

    private static func list(_ frame: PageContext, _ jobs: Page<ParkedJob>) -> HTML {
        section(.id("parked"), .label("Work that was given up")) {
            if jobs.items.isEmpty {
                EmptyState.html(
                    frame, .check, "Nothing was given up",
                    "All work in the background is done, or still being tried.")
            } else {
                ul(.class("documents")) {
                    for job in jobs.items {
                        li(.class("card document"), .id("j-\(job.id)")) { row(frame, job) }
                    }
                }
                if let next = jobs.next {
                    a(.class("button small more"), .href("/operations?cursor=" + next)) { "Older" }
                }
            }
        }
    }

    @HTMLBuilder
    private static func row(_ frame: PageContext, _ job: ParkedJob) -> HTML {
        span(.class("document-mark"), .hidden) { frame.assets.icon(.warning) }
        div(.class("document-words")) {
            span(.class("document-title")) { job.title }
            p(.class("sub")) { facts(frame, job) }
            if !job.reason.isEmpty { p(.class("problem")) { job.reason.capitalisedFirst } }
        }
        div(.class("document-state")) { Tag(words: "Given up", tone: .danger).html }
        div(.class("document-actions")) {
            form(.class("inline"), .post, .action("/operations/\(job.id)/retry")) {
                frame.token
                button(.class("button small"), .type("submit")) {
                    frame.assets.icon(.again)
                    "Try again"
                }
            }
            form(
                .class("inline"), .post, .action("/operations/\(job.id)/drop"),
                HTMLAttribute("data-confirm", "Drop “\(job.title)”? It will never be done."),
                HTMLAttribute("data-confirm-action", "Drop")
            ) {
                frame.token
                button(
                    .class("icon-button"), .type("submit"), .label("Drop \(job.title)"),
                    .title("Drop")
                ) { frame.assets.icon(.trash) }
            }
        }
    }

    private static func facts(_ frame: PageContext, _ job: ParkedJob) -> String {
        let local = frame.zone.local(job.createdAt)
        let day = Formatting.day(local.date, today: frame.today, frame.locale).lowercasedIfRelative
        return "asked for \(day) at \(frame.locale.time(local.time)) · tried "
            + Formatting.plural(job.attempts, "time", "times")
    }
}
