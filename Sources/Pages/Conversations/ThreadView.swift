import Base
import Desk
import Domain
import Store
import WebCore

/// A conversation with the person it is with.
struct ThreadContent: Sendable {
    var conversation: Conversation
    var contact: Contact
    var messages: [Message]
    var bookings: [BookingStore.Listed] = []
    var draft: DraftID?
    /// What became of messages of ours.
    var deliveries: [MessageID: Delivery] = [:]
    /// The newest merge or split of the contact that was not taken back.
    var lastMove: ContactMove?
    var beganEarlier = false
}

/// The head of a conversation and its messages.
enum ThreadView {
    static func head(_ frame: PageContext, _ thread: ThreadContent, back: String) -> HTML {
        let name = Formatting.name(thread.contact)
        return header(.class("pane-head thread-head")) {
            a(.class("icon-button back"), .href(back), .label("Back to the list")) {
                frame.assets.icon(.back)
            }
            div(.class("thread-who")) {
                // On phones the list and its heading are not shown beside it.
                h1 { name }
                p(.class("sub")) {
                    ChannelMark.icon(frame, thread.conversation.channel)
                    "\(frame.channels.title(thread.conversation.channel)) · \(address(thread))"
                }
            }
            if frame.may(.converse) {
                if thread.conversation.status != .closed { ownerForm(frame, thread.conversation) }
                statusForm(frame, thread.conversation)
            }
        }
    }

    /// The address that this conversation is with.
    private static func address(_ thread: ThreadContent) -> String {
        thread.contact.address(thread.conversation.address)?.value ?? thread.contact.label
    }

    /// Taking over and giving back: one button, since there are two states.
    private static func ownerForm(_ frame: PageContext, _ conversation: Conversation) -> HTML {
        let takes = conversation.owner == .assistant
        return form(
            .class("inline"), .post, .action("/conversations/\(conversation.id)/owner")
        ) {
            frame.token
            input(.type("hidden"), .name("owner"), .value(takes ? "staff" : "assistant"))
            button(.class("button"), .type("submit")) {
                frame.assets.icon(takes ? .takeOver : .assistant)
                takes ? "Take over" : "Give back"
            }
        }
    }

    private static func statusForm(_ frame: PageContext, _ conversation: Conversation) -> HTML {
        let closes = conversation.status != .closed
        return form(
            .class("inline"), .post, .action("/conversations/\(conversation.id)/status")
        ) {
            frame.token
            input(.type("hidden"), .name("status"), .value(closes ? "closed" : "open"))
            button(.class("button"), .type("submit")) {
                frame.assets.icon(closes ? .check : .again)
                closes ? "Close" : "Open again"
            }
        }
    }

    static func messages(_ frame: PageContext, _ thread: ThreadContent) -> HTML {
        ol(.class("messages"), .label("Messages"), HTMLAttribute("tabindex", "0")) {
            if thread.beganEarlier {
                li(.class("day")) { "Older messages are not shown" }
            }
            for group in days(frame.zone, thread.messages) {
                li(.class("day")) { Formatting.day(group.date, today: frame.today, frame.locale) }
                for message in group.messages { bubble(frame, message, thread) }
            }
        }
    }

    private static func bubble(
        _ frame: PageContext, _ message: Message, _ thread: ThreadContent
    ) -> HTML {
        let delivery = thread.deliveries[message.id]
        let state = delivery.flatMap(DeliveryMark.words).map { " · \($0)" } ?? ""
        let who =
            switch message.sender {
            case .customer: ""
            case .assistant: " · Assistant"
            case .staff: " · Staff"
            }
        return li(.class("message from-\(message.sender.rawValue)")) {
            div(.class("bubble")) { HTML.paragraphs(message.content) }
            p(.class("when")) {
                "\(frame.locale.time(frame.zone.local(message.createdAt).time))\(who)\(state)"
            }
            if let delivery {
                DeliveryMark.problem(frame, delivery)
            }
        }
    }

    static func days(_ zone: Zone, _ messages: [Message]) -> [(
        date: LocalDate, messages: [Message]
    )] {
        var groups: [(date: LocalDate, messages: [Message])] = []
        for message in messages {
            let date = zone.local(message.createdAt).date
            if groups.last?.date == date {
                groups[groups.count - 1].messages.append(message)
            } else {
                groups.append((date, [message]))
            }
        }
        return groups
    }
}

/// Why a conversation waits for a person, and the way off that list without writing.
enum PersonNeedView {
    static func html(_ frame: PageContext, _ conversation: Conversation) -> HTML {
        guard let need = conversation.need else { return .empty }
        let since =
            conversation.needSince.map { ", \(Formatting.age(of: $0, at: frame.now))" } ?? ""
        return div(.class("newer need"), .role("status")) {
            p {
                strong { "Needs a person\(since). " }
                words(need)
            }
            if frame.may(.converse) {
                form(
                    .class("inline"), .post, .action("/conversations/\(conversation.id)/done")
                ) {
                    frame.token
                    input(
                        .type("hidden"), .name("seen"), .value("\(conversation.lastInboundNumber)"))
                    button(.class("button small"), .type("submit")) {
                        frame.assets.icon(.check)
                        "Mark done"
                    }
                }
            }
        }
    }

    /// For the list.
    static func tag(_ need: PersonNeed) -> String {
        switch need {
        case .asked: "Asks for a person"
        case .complaint: "Complaint"
        case .repeated: "Not understood"
        case .question: "Open question"
        case .late: "Running late"
        case .wroteAgain, .takenOver: "Waits for you"
        case .rejected: "Draft rejected"
        case .notDrafted: "No draft"
        case .notDelivered: "Not delivered"
        case .bookingChanged: "Tell of a change"
        case .sessionUnreadable: "Booking lost"
        }
    }

    private static func words(_ need: PersonNeed) -> String {
        switch need {
        case .asked: "The customer was told that one of you takes over."
        case .complaint: "The customer complained and was told that somebody looks into it."
        case .repeated: "The customer was told that one of you takes over."
        case .question: "The customer was told that the question was passed on to you."
        case .late: "The customer comes late and was told that you know."
        case .wroteAgain: "The customer wrote, and the assistant is quiet here."
        case .takenOver: "It was taken over and not answered yet."
        case .rejected: "The draft was rejected and the customer still waits."
        case .notDrafted: "The assistant could not make a draft, so the customer still waits."
        case .notDelivered: "A reply did not reach the customer. The message says why."
        case .bookingChanged:
            "An appointment was changed by hand, and the customer was not told here yet."
        case .sessionUnreadable:
            "What was being booked here cannot be read any more, so the assistant began anew. Look "
                + "at the customer's appointments."
        }
    }
}

/// Who the conversation is with, beside it.
enum ContactPanel {
    static func html(
        _ frame: PageContext, _ thread: ThreadContent, @HTMLBuilder more: () -> HTML = { .empty }
    ) -> HTML {
        let now = frame.now
        let upcoming = thread.bookings.filter {
            $0.booking.slot.start > now && $0.booking.status.takesTime
        }.sorted { $0.booking.slot.start < $1.booking.slot.start }
        let past = thread.bookings.filter { $0.booking.slot.start <= now || !takesTime($0) }
        return aside(.class("pane panel"), .label("Customer")) {
            div(.class("panel-who")) {
                Avatar.html(thread.contact.name ?? "")
                div {
                    h2 { Formatting.name(thread.contact) }
                    p(.class("sub")) { since(frame, thread.conversation) }
                }
            }
            dl(.class("facts")) {
                for address in thread.contact.addresses where address.kind != .portal {
                    fact(ContactPanel.title(address.kind), address.value)
                }
                fact("Channel", frame.channels.title(thread.conversation.channel))
                if let subject = thread.conversation.subject { fact("Subject", subject) }
                fact("Appointments", "\(thread.bookings.count)")
                fact("Answered by", thread.conversation.owner == .staff ? "You" : "Assistant")
            }
            more()
            appointments(frame, "Upcoming", upcoming)
            appointments(frame, "Earlier", Array(past.prefix(5)))
            ContactIdentity.html(frame, thread)
        }
    }

    static func title(_ kind: AddressKind) -> String {
        switch kind {
        case .phone: "Phone"
        case .email: "E-mail"
        case .whatsapp: "WhatsApp"
        case .portal: "Portal"
        case .anonymous: "Visitor"
        }
    }

    private static func takesTime(_ listed: BookingStore.Listed) -> Bool {
        listed.booking.status.takesTime
    }

    private static func since(_ frame: PageContext, _ conversation: Conversation) -> String {
        let date = frame.zone.local(conversation.createdAt).date
        return
            "First wrote \(Formatting.day(date, today: frame.today, frame.locale).lowercasedIfRelative)"
    }

    @HTMLBuilder
    private static func fact(_ name: String, _ value: String) -> HTML {
        div {
            dt { name }
            dd { value }
        }
    }

    private static func appointments(
        _ frame: PageContext, _ title: String, _ bookings: [BookingStore.Listed]
    ) -> HTML {
        guard !bookings.isEmpty else { return .empty }
        return section(.class("panel-part")) {
            h2 { title }
            ul(.class("history")) {
                for listed in bookings {
                    li {
                        a(.href(BookingWords.address(listed, frame))) {
                            span(.class("history-day")) {
                                let date = frame.zone.local(listed.booking.slot.start).date
                                "\(date.day) \(BookingWords.month(date))"
                            }
                            span { BookingWords.line(listed) }
                        }
                    }
                }
            }
        }
    }
}

extension String {
    /// "Today" inside a sentence; dates keep their capitals.
    var lowercasedIfRelative: String {
        ["Today", "Yesterday", "Tomorrow"].contains(self) ? lowercased() : "on " + self
    }
}
