/// A limit of time: `1h`, `1wd`, `same-day`.
package enum ClockLimit: Sendable, Hashable {
    /// Hours or minutes that pass whatever the day.
    case span(Span)
    /// Until the end of the n-th working day after the day it starts.
    case workingDays(Int64)
    /// Until the end of the day it starts.
    case sameDay

    /// `<n>wd`, `same-day` or a span; nil for anything else.
    package init?(_ text: String) {
        if text == "same-day" {
            self = .sameDay
        } else if text.hasSuffix("wd"), let days = Int64(text.dropLast(2)), (1...366).contains(days) {
            self = .workingDays(days)
        } else if let span = Span(text) {
            self = .span(span)
        } else {
            return nil
        }
    }

    package var text: String {
        switch self {
        case .span(let span): span.text
        case .workingDays(let days): "\(days)wd"
        case .sameDay: "same-day"
        }
    }
}

/// The limits of the site's clocks (DOMAIN §3).
package struct Clocks: Sendable, Hashable {
    /// A limit that is shorter where it is urgent.
    package struct ByUrgency: Sendable, Hashable {
        package let routine: ClockLimit
        package let urgent: ClockLimit
        package let emergency: ClockLimit

        package func limit(_ urgency: Urgency) -> ClockLimit {
            switch urgency {
            case .routine: routine
            case .urgent: urgent
            case .emergency: emergency
            }
        }
    }

    package let acknowledge: ByUrgency
    package let decide: ByUrgency
    package let assessment: ClockLimit
    /// A disclosure referred to the holder's people.
    package let referred: ByUrgency
    package let reviewBreakGlass: ClockLimit
    package let reviewShareFirst: ClockLimit
    package let reviewOneOff: ClockLimit
}
