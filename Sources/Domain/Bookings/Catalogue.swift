package import Base

package enum ServiceSubject {}
package enum StaffMemberSubject {}
package enum BookingSubject {}

package typealias ServiceID = ID<ServiceSubject>
/// Somebody who can be booked; not necessarily somebody who signs in.
package typealias StaffMemberID = ID<StaffMemberSubject>
package typealias BookingID = ID<BookingSubject>

/// Something that a customer can book.
package struct OfferedService: Sendable, Hashable, Identifiable {
    package var id: ServiceID
    package var name: String
    /// Other names that customers use for it.
    package var aliases: [String]
    package var description: String
    package var durationMinutes: Int
    package var bufferBeforeMinutes: Int
    package var bufferAfterMinutes: Int
    /// Minor units of the workspace's currency.
    package var priceMinMinor: Int?
    package var priceMaxMinor: Int?
    package var preparation: String
    package var aftercare: String
    /// Who offers it.
    package var staff: [StaffMemberID]
    /// Counts the changes; 1 for what was just added.
    package var version: Int

    package init(
        id: ServiceID, name: String, aliases: [String] = [], description: String = "",
        durationMinutes: Int, bufferBeforeMinutes: Int = 0, bufferAfterMinutes: Int = 0,
        priceMinMinor: Int? = nil, priceMaxMinor: Int? = nil, preparation: String = "",
        aftercare: String = "", staff: [StaffMemberID], version: Int = 1
    ) {
        self.id = id
        self.name = name
        self.aliases = aliases
        self.description = description
        self.durationMinutes = durationMinutes
        self.bufferBeforeMinutes = bufferBeforeMinutes
        self.bufferAfterMinutes = bufferAfterMinutes
        self.priceMinMinor = priceMinMinor
        self.priceMaxMinor = priceMaxMinor
        self.preparation = preparation
        self.aftercare = aftercare
        self.staff = staff
        self.version = version
    }
}

/// Somebody who can be booked.
package struct StaffMember: Sendable, Hashable, Identifiable {
    package var id: StaffMemberID
    package var name: String
    package var aliases: [String]
    package var title: String
    package var credentials: String
    package var specialties: String
    /// The number of this resource in the exclusion constraint, unique in the installation.
    package var resourceNumber: Int64
    package var hours: WeeklyHours
    /// Counts the changes; 1 for who was just added.
    package var version: Int

    package init(
        id: StaffMemberID, name: String, aliases: [String] = [], title: String = "",
        credentials: String = "", specialties: String = "", resourceNumber: Int64,
        hours: WeeklyHours, version: Int = 1
    ) {
        self.id = id
        self.name = name
        self.aliases = aliases
        self.title = title
        self.credentials = credentials
        self.specialties = specialties
        self.resourceNumber = resourceNumber
        self.hours = hours
        self.version = version
    }
}

/// Opening periods on each weekday, in local time; several a day are allowed.
package struct WeeklyHours: Sendable, Hashable {
    package struct Period: Sendable, Hashable {
        package var open: LocalTime
        package var close: LocalTime

        package init(open: LocalTime, close: LocalTime) {
            self.open = open
            self.close = close
        }
    }

    package var periods: [Weekday: [Period]]

    package init(_ periods: [Weekday: [Period]] = [:]) {
        self.periods = periods
    }

    package func periods(on weekday: Weekday) -> [Period] { periods[weekday] ?? [] }

    package func isOpen(on weekday: Weekday) -> Bool { !periods(on: weekday).isEmpty }

    /// Whether there are none on any day. Of a business this means that nobody has entered them: it
    /// is not known when it is open, and neither "closed" nor any hours may be said of it.
    package var isEmpty: Bool { periods.values.allSatisfy(\.isEmpty) }

    /// The same time in order, with periods that touch or overlap made one and empty ones left out.
    static func merged(_ periods: [Period]) -> [Period] {
        if periods.count == 1, periods[0].open < periods[0].close { return periods }
        var result: [Period] = []
        for period in periods.sorted(by: { $0.open < $1.open }) where period.open < period.close {
            if let last = result.last, period.open <= last.close {
                result[result.count - 1].close = max(last.close, period.close)
            } else {
                result.append(period)
            }
        }
        return result
    }
}

/// When and how far ahead the business takes bookings.
package struct BookingPolicy: Sendable, Hashable {
    /// Finer steps would only make lists longer.
    package static let shortestStepMinutes = 5

    /// Local time after which today's times are closed; nil for none.
    package var sameDayCutoff: LocalTime?
    package var minimumNoticeMinutes: Int
    package var horizonDays: Int
    /// Starts lie on multiples of this after an opening, in minutes.
    package var stepMinutes: Int

    package init(
        sameDayCutoff: LocalTime? = nil, minimumNoticeMinutes: Int = 60, horizonDays: Int = 60,
        stepMinutes: Int = 15
    ) {
        self.sameDayCutoff = sameDayCutoff
        self.minimumNoticeMinutes = minimumNoticeMinutes
        self.horizonDays = horizonDays
        self.stepMinutes = stepMinutes
    }
}

/// When the business is open and takes bookings, as people edit it.
package struct OpeningRules: Sendable, Hashable {
    package var hours: WeeklyHours
    package var closures: Set<LocalDate>
    package var policy: BookingPolicy
    package var version: Int

    package init(
        hours: WeeklyHours, closures: Set<LocalDate>, policy: BookingPolicy, version: Int = 1
    ) {
        self.hours = hours
        self.closures = closures
        self.policy = policy
        self.version = version
    }
}

/// Everything bookable of one workspace at one version.
package struct Catalogue: Sendable, Hashable {
    package var services: [OfferedService]
    package var staff: [StaffMember]
    package var hours: WeeklyHours
    /// Days on which the business is closed whatever the hours say.
    package var closures: Set<LocalDate>
    package var policy: BookingPolicy
    package var zone: Zone
    package var currency: String
    /// How the people are written to whom the catalogue is told.
    package var locale: LocaleSettings
    /// Counts the changes of hours, closures and policy, which are one form.
    package var hoursVersion: Int

    package init(
        services: [OfferedService], staff: [StaffMember], hours: WeeklyHours,
        closures: Set<LocalDate>,
        policy: BookingPolicy, zone: Zone, currency: String,
        locale: LocaleSettings = .unknown, hoursVersion: Int = 1
    ) {
        self.services = services
        self.staff = staff
        self.hours = hours
        self.closures = closures
        self.policy = policy
        self.zone = zone
        self.currency = currency
        self.locale = locale
        self.hoursVersion = hoursVersion
    }

    package var opening: OpeningRules {
        OpeningRules(hours: hours, closures: closures, policy: policy, version: hoursVersion)
    }

    /// Where the business is: a sign that its own money has there tells enough.
    package var region: String? { locale.region }

    package func service(_ id: ServiceID) -> OfferedService? { services.first { $0.id == id } }
    package func member(_ id: StaffMemberID) -> StaffMember? { staff.first { $0.id == id } }
}
