package import Encodings
import Foundation
import Locking

/// The time zone in which a site's days begin and end.
///
/// The zone's changes of offset are read from the system once, into a table; everything after that is arithmetic.
package struct SiteTimeZone: Sendable, Hashable, CustomStringConvertible {
    /// IANA name: `Europe/London`.
    package let identifier: String
    private let table: OffsetTable

    /// Nil for a zone the system does not know.
    package init?(_ identifier: String) {
        guard let table = OffsetTable.named(identifier) else { return nil }
        self.identifier = identifier
        self.table = table
    }

    package static let utc = SiteTimeZone(identifier: "UTC", table: OffsetTable(changes: []))

    private init(identifier: String, table: OffsetTable) {
        self.identifier = identifier
        self.table = table
    }

    package var description: String { identifier }

    package static func == (left: SiteTimeZone, right: SiteTimeZone) -> Bool { left.identifier == right.identifier }

    package func hash(into hasher: inout Hasher) { hasher.combine(identifier) }

    /// The day's first moment.
    package func start(of day: CalendarDay) -> Instant {
        let local = day.daysSince1970 * 86_400
        // A day may begin under the offset of the day before or of the day after; the earlier moment that is not before local midnight.
        let (one, other) = (local - table.offset(at: local - 86_400), local - table.offset(at: local + 86_400))
        if isNotBefore(local, min(one, other)) { return Instant(seconds: min(one, other)) }
        return Instant(seconds: isNotBefore(local, max(one, other)) ? max(one, other) : local)
    }

    /// Whether the clock on the wall shows a local time, or a later one, at a moment.
    private func isNotBefore(_ local: Int64, _ moment: Int64) -> Bool {
        moment + table.offset(at: moment) >= local
    }

    /// The day's last millisecond.
    package func end(of day: CalendarDay) -> Instant {
        let next = start(of: CalendarDay(daysSince1970: day.daysSince1970 + 1))
        return Instant(milliseconds: next.milliseconds - 1)
    }

    /// The day it is at a moment.
    package func day(of instant: Instant) -> CalendarDay {
        Instant(seconds: instant.seconds + table.offset(at: instant.seconds)).day
    }
}

/// Offsets from UTC in seconds, each from a moment on.
private final class OffsetTable: Sendable {
    private let changes: [(from: Int64, offset: Int64)]

    init(changes: [(from: Int64, offset: Int64)]) { self.changes = changes }

    func offset(at seconds: Int64) -> Int64 {
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].from <= seconds { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? changes[low - 1].offset : changes.first?.offset ?? 0
    }

    /// Tables read so far. Locked because any thread may parse a baseline; a table never changes.
    private static let known = Locked<[String: OffsetTable]>([:])

    static func named(_ identifier: String) -> OffsetTable? {
        known.withLock { known in
            if let table = known[identifier] { return table }
            guard let zone = TimeZone(identifier: identifier) else { return nil }
            let table = OffsetTable(changes: changes(of: zone))
            known[identifier] = table
            return table
        }
    }

    /// From 1900, before the birth of anybody alive, to 2100.
    private static func changes(of zone: TimeZone) -> [(from: Int64, offset: Int64)] {
        var moment = Date(timeIntervalSince1970: -2_208_988_800)
        let last = Date(timeIntervalSince1970: 4_102_444_800)
        var changes = [(from: Int64(moment.timeIntervalSince1970), offset: Int64(zone.secondsFromGMT(for: moment)))]
        while let next = zone.nextDaylightSavingTimeTransition(after: moment), next > moment, next < last {
            changes.append((Int64(next.timeIntervalSince1970), Int64(zone.secondsFromGMT(for: next))))
            moment = next
        }
        return changes
    }
}
