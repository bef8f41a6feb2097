import Base
import Domain
import Store
import WebCore

/// One appointment: what, when, with whom; move it or cancel it.
enum BookingPage {
    static func html(
        _ frame: PageContext, _ listed: BookingStore.Listed, notice: Notice?, problem: String? = nil
    ) -> String {
        let local = frame.zone.local(listed.booking.slot.start)
        return StaffShell.html(frame, .calendar, title: listed.service) {
            div(.class("page narrow")) {
                div(.class("page-head")) {
                    div(.class("reading-title")) {
                        a(
                            .class("icon-button"), .href(CalendarPage.address(.day, local.date)),
                            .label("Back to the calendar")
                        ) { frame.assets.icon(.back) }
                        h1 { "Appointment" }
                    }
                }
                ProblemBox.html(frame, problem)
                article(.class("card appointment")) {
                    DateTile.html(local.date)
                    div {
                        h2 { listed.service }
                        p {
                            "\(frame.locale.day(local.date)), \(frame.locale.time(local.time))–"
                                + frame.locale.time(
                                    frame.zone.local(listed.booking.slot.end).time) + " "
                                + "with \(listed.staff)"
                        }
                        p(.class("sub")) {
                            [listed.contact.name, listed.contact.label].compactMap { $0 }
                                .joined(separator: " · ")
                        }
                        p(.class("sub")) { "Reference \(listed.booking.reference)" }
                        status(listed.booking.status)
                    }
                }
                if listed.booking.status == .confirmed, frame.may(.manageBookings) {
                    actions(frame, listed)
                }
            }
            notice?.html
        }
    }

    private static func status(_ status: BookingStatus) -> HTML {
        switch status {
        case .confirmed: Tag(words: "Confirmed", tone: .good).html
        case .cancelled: Tag(words: "Cancelled", tone: .danger).html
        case .hold, .pendingPayment: Tag(words: "Held", tone: .warning).html
        case .released: Tag(words: "Released", tone: .calm).html
        case .completed: Tag(words: "Completed", tone: .calm).html
        case .noShow: Tag(words: "Did not come", tone: .warning).html
        }
    }

    private static func actions(_ frame: PageContext, _ listed: BookingStore.Listed) -> HTML {
        let address = "/calendar/bookings/\(listed.booking.id)"
        return div(.class("actions spaced")) {
            a(.class("button primary"), .href(address + "/move")) {
                frame.assets.icon(.calendarMove)
                "Move"
            }
            form(
                .class("inline"), .post, .action(address + "/cancel"),
                HTMLAttribute("data-confirm", "Cancel this appointment? The time becomes free."),
                HTMLAttribute("data-confirm-action", "Cancel it")
            ) {
                frame.token
                input(.type("hidden"), .name("version"), .value("\(listed.booking.version)"))
                button(.class("button danger"), .type("submit")) {
                    frame.assets.icon(.calendarCross)
                    "Cancel appointment"
                }
            }
        }
    }
}

/// Booking by hand, and moving: choose a service and a day, then one of the open times.
enum BookingFormPage {
    static func html(_ frame: PageContext, _ content: BookingForm) -> String {
        let title = content.moving == nil ? "New appointment" : "Move appointment"
        return StaffShell.html(frame, .calendar, title: title) {
            div(.class("page narrow")) {
                div(.class("page-head")) {
                    div(.class("reading-title")) {
                        a(
                            .class("icon-button"), .href(CalendarPage.address(.day, content.date)),
                            .label("Back to the calendar")
                        ) { frame.assets.icon(.back) }
                        div {
                            h1 { title }
                            if let moving = content.moving {
                                p(.class("sub")) { now(frame, moving) }
                            }
                        }
                    }
                }
                ProblemBox.html(frame, content.problem)
                choice(frame, content)
                times(frame, content)
            }
        }
    }

    private static func now(_ frame: PageContext, _ moving: BookingStore.Listed) -> String {
        let local = frame.zone.local(moving.booking.slot.start)
        return "\(moving.service), now \(frame.locale.shortDay(local.date)) "
            + "\(frame.locale.time(local.time)) with "
            + moving.staff
    }

    private static func address(_ content: BookingForm) -> String {
        content.moving.map { "/calendar/bookings/\($0.booking.id)/move" } ?? "/calendar/new"
    }

    /// The first step; every change shows the open times anew, with a button where scripts are off.
    private static func choice(_ frame: PageContext, _ content: BookingForm) -> HTML {
        form(
            .class("card choice"), HTMLAttribute("method", "get"), .action(address(content)),
            .get(address(content)), .trigger("change"), .target("#times"), .select("#times"),
            .swap("outerHTML"), .indicator("#times")
        ) {
            seen(content)
            div(.class("field-row")) {
                if content.moving == nil { services(content) }
                people(content)
                div(.class("field")) {
                    label(.for("day")) { "Day" }
                    input(
                        .id("day"), .name("day"), .type("date"), .required,
                        .value(content.date.description),
                        HTMLAttribute("min", frame.today.description))
                    for field in content.fields where field.field == "day" {
                        p(.class("problem")) { field.message }
                    }
                }
            }
            element("noscript", []) {
                button(.class("button"), .type("submit")) { "Show open times" }
            }
        }
    }

    /// The version of the appointment that moves, as it was shown first.
    private static func seen(_ content: BookingForm) -> HTML {
        guard let version = content.version else { return .empty }
        return input(.type("hidden"), .name("version"), .value("\(version)"))
    }

    private static func services(_ content: BookingForm) -> HTML {
        div(.class("field")) {
            label(.for("service")) { "Service" }
            select(.id("service"), .name("service"), .required) {
                option(.value("")) { "Choose…" }
                for service in content.catalogue.services {
                    option(
                        .value("\(service.id)"), .flag("selected", service.id == content.service)
                    ) { "\(service.name), \(Formatting.minutes(service.durationMinutes))" }
                }
            }
        }
    }

    private static func people(_ content: BookingForm) -> HTML {
        let service = content.service.flatMap(content.catalogue.service)
        let people = content.catalogue.staff.filter {
            service?.staff.contains($0.id) ?? true
        }
        return div(.class("field")) {
            label(.for("staff")) { "With" }
            select(.id("staff"), .name("staff")) {
                option(.value("")) { "Anybody who is free" }
                for member in people {
                    option(.value("\(member.id)"), .flag("selected", member.id == content.staff)) {
                        member.name
                    }
                }
            }
        }
    }

    private static func times(_ frame: PageContext, _ content: BookingForm) -> HTML {
        section(.id("times"), .label("Open times"), HTMLAttribute("aria-live", "polite")) {
            p(.class("working")) { "Looking for open times…" }
            if content.service == nil {
                p(.class("hint")) { "Choose a service to see the open times." }
            } else if content.slots.isEmpty {
                p(.class("hint")) {
                    content.reason?.detail
                        ?? "Nothing is free on \(frame.locale.day(content.date)). "
                        + "Try another day or person."
                }
            } else {
                confirm(frame, content)
            }
        }
    }

    private static func confirm(_ frame: PageContext, _ content: BookingForm) -> HTML {
        form(.class("card"), .post, .action(address(content))) {
            frame.token
            if let service = content.service {
                input(.type("hidden"), .name("service"), .value("\(service)"))
            }
            input(.type("hidden"), .name("day"), .value("\(content.date)"))
            seen(content)
            fieldset {
                legend { "Open times on \(frame.locale.day(content.date))" }
                div(.class("slots")) {
                    for (index, slot) in content.slots.enumerated() {
                        time(frame, content, slot, isFirst: index == 0)
                    }
                }
            }
            if content.moving == nil {
                div(.class("field-row")) {
                    FormField(
                        name: "phone", label: "Customer's phone", type: "tel",
                        value: content.phone, problems: content.fields, attributes: [.required]
                    ).html
                    FormField(
                        name: "name", label: "Name", value: content.name,
                        attributes: [HTMLAttribute("maxlength", "80")]
                    ).html
                }
            }
            button(.class("button primary"), .type("submit")) {
                frame.assets.icon(.calendarCheck)
                content.moving == nil ? "Book" : "Move"
            }
        }
    }

    private static func time(
        _ frame: PageContext, _ content: BookingForm, _ slot: Slot, isFirst: Bool
    ) -> HTML {
        label(.class("slot")) {
            input(
                .type("radio"), .name("slot"), .required,
                .value("\(slot.start)|\(slot.staff)"), .flag("checked", isFirst))
            span {
                strong { frame.locale.time(frame.zone.local(slot.start).time) }
                small { content.catalogue.member(slot.staff)?.name ?? "" }
            }
        }
    }
}
