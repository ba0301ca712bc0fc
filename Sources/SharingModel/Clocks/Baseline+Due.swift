package import Encodings

extension Baseline {
    /// The last moment at which a clock started at `start` is still met.
    /// - Parameter pauses: time that does not count, each with an end; in order and not overlapping. Of working days, those that end in a
    ///   pause do not count.
    package func due(_ limit: ClockLimit, from start: Instant, pauses: [Clock.Pause] = []) -> Instant {
        switch limit {
        case .span(let span):
            return pauses.reduce(start.adding(seconds: span.seconds)) { due, pause in
                guard let until = pause.until, pause.from < due else { return due }
                let lost = max(0, until.milliseconds - max(pause.from, start).milliseconds)
                return Instant(milliseconds: due.milliseconds + lost)
            }
        case .sameDay:
            let first = timeZone.day(of: start).daysSince1970
            return end(ofDayWith: 1, from: first) { !isPaused($0, pauses) }
        case .workingDays(let count):
            let next = timeZone.day(of: start).daysSince1970 + 1
            return end(ofDayWith: count, from: next) { isWorkingDay($0) && !isPaused($0, pauses) }
        }
    }

    /// Whether people are expected to work on a day: not at weekends, not on bank holidays.
    package func isWorkingDay(_ day: CalendarDay) -> Bool {
        // 1970-01-01 was a Thursday: remainders 2 and 3 are Saturday and Sunday.
        let weekday = (day.daysSince1970 % 7 + 7) % 7
        return weekday != 2 && weekday != 3 && !bankHolidays.contains(day)
    }

    private func isPaused(_ day: CalendarDay, _ pauses: [Clock.Pause]) -> Bool {
        guard !pauses.isEmpty else { return false }
        let end = timeZone.end(of: day)
        return pauses.contains { pause in pause.from <= end && pause.until.map { end < $0 } ?? false }
    }

    /// The end of the `count`-th day that counts.
    private func end(ofDayWith count: Int64, from first: Int64, counts: (CalendarDay) -> Bool) -> Instant {
        var day = CalendarDay(daysSince1970: first)
        var left = count
        while true {
            if counts(day) { left -= 1 }
            if left <= 0 { return timeZone.end(of: day) }
            day = CalendarDay(daysSince1970: day.daysSince1970 + 1)
        }
    }
}
