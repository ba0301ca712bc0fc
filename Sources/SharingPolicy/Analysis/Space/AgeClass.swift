import Encodings

/// Ages that no rule tells apart, or no known age.
package enum AgeClass: Sendable, Hashable, CustomStringConvertible {
    case unknown
    /// Completed years from the first to below the second; nil for no end.
    case years(from: Int64, below: Int64?)

    /// The classes between the ages at which something changes, and the unknown one.
    static func classes(changingAt ages: Set<Int64>) -> [AgeClass] {
        let bounds = Set(ages.filter { $0 > 0 }).union([0]).sorted()
        let ends: [Int64?] = bounds.dropFirst().map { $0 } + [nil]
        return [.unknown] + zip(bounds, ends).map { .years(from: $0, below: $1) }
    }

    /// Born so that somebody is of this age on a day, and for half a year before and after at least.
    func birth(on day: CalendarDay) -> CalendarDay? {
        guard case .years(let from, _) = self else { return nil }
        return CalendarDay(daysSince1970: day.daysSince1970 - (from * 1461 + 2) / 4 - 182)
    }

    package var description: String {
        switch self {
        case .unknown: "unknown"
        case .years(let from, nil): "\(from)+"
        case .years(let from, let below?): from + 1 == below ? "\(from)" : "\(from)-\(below - 1)"
        }
    }
}
