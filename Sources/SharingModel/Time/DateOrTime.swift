package import Encodings

/// A day, meaning from its first or to its last moment in the site's time zone, or a moment (DOMAIN §2).
package enum DateOrTime: Sendable, Hashable, CustomStringConvertible {
    case day(CalendarDay)
    case time(Instant)

    /// `2026-01-31` or an RFC 3339 time in UTC; nil for anything else.
    package init?(_ text: String) {
        if text.utf8.count == 10 {
            guard let day = CalendarDay(text) else { return nil }
            self = .day(day)
        } else {
            guard let time = Instant(text) else { return nil }
            self = .time(time)
        }
    }

    /// The first moment meant by a `from`.
    package func start(in zone: SiteTimeZone) -> Instant {
        switch self {
        case .day(let day): zone.start(of: day)
        case .time(let instant): instant
        }
    }

    /// The last moment meant by an `until`, itself included.
    package func end(in zone: SiteTimeZone) -> Instant {
        switch self {
        case .day(let day): zone.end(of: day)
        case .time(let instant): instant
        }
    }

    package var description: String {
        switch self {
        case .day(let day): day.description
        case .time(let instant): instant.description
        }
    }
}
