import Encodings
import Foundation
import SharingModel
import Support
import Testing

@Suite("Days and clocks")
struct TimeTests {
    @Test(
        "A London day begins and ends where London's clocks say, also when they change",
        arguments: [
            ("2026-01-15", "2026-01-15T00:00:00.000Z", "2026-01-15T23:59:59.999Z"),
            ("2026-07-15", "2026-07-14T23:00:00.000Z", "2026-07-15T22:59:59.999Z"),
            ("2026-03-29", "2026-03-29T00:00:00.000Z", "2026-03-29T22:59:59.999Z"),
            ("2026-10-25", "2026-10-24T23:00:00.000Z", "2026-10-25T23:59:59.999Z"),
        ])
    func london(day: String, start: String, end: String) throws {
        let zone = try #require(SiteTimeZone("Europe/London"))
        let date = try #require(DateOrTime(day))
        #expect(date.start(in: zone).description == start)
        #expect(date.end(in: zone).description == end)
    }

    @Test(
        "Days follow one another without gap or overlap, in any zone",
        arguments: ["Europe/London", "America/Sao_Paulo", "UTC"])
    func seamless(name: String) throws {
        let zone = try #require(SiteTimeZone(name))
        for number in stride(from: Int64(10_000), to: 22_000, by: 1) {
            let day = CalendarDay(daysSince1970: number)
            let next = CalendarDay(daysSince1970: number + 1)
            #expect(zone.end(of: day).milliseconds + 1 == zone.start(of: next).milliseconds)
            #expect(zone.day(of: zone.start(of: day)) == day)
            #expect(zone.day(of: zone.end(of: day)) == day)
        }
    }

    @Test("The table agrees with the system at any moment")
    func table() throws {
        let zone = try #require(SiteTimeZone("Europe/London"))
        let system = try #require(TimeZone(identifier: "Europe/London"))
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            let seconds = Int64.random(in: -1_000_000_000...4_000_000_000, using: &random)
            let offset = Int64(system.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
            #expect(zone.day(of: Instant(seconds: seconds)) == Instant(seconds: seconds + offset).day)
        }
    }

    @Test("A time zone that does not exist is not taken")
    func unknownZone() { #expect(SiteTimeZone("Europe/Atlantis") == nil) }

    @Test("A moment stands for itself; what is neither day nor moment is refused")
    func dateOrTime() throws {
        let moment = try #require(DateOrTime("2026-07-15T10:00:00Z"))
        let zone = try #require(SiteTimeZone("Europe/London"))
        #expect(moment.start(in: zone) == moment.end(in: zone))
        for text in ["2026-02-30", "2026-7-15", "2026-07-15T10:00:00", "2026-07-15T10:00:00+01:00", ""] {
            #expect(DateOrTime(text) == nil)
        }
    }

    @Test(
        "A limit in working days ends with the last of them, over weekends and bank holidays",
        arguments: [
            // Friday before the spring bank holiday: the next working day is Tuesday.
            ("1wd", "2026-05-22T15:00:00Z", "2026-05-26T22:59:59.999Z"),
            ("1wd", "2026-11-23T09:00:00Z", "2026-11-24T23:59:59.999Z"),
            ("1wd", "2026-12-24T09:00:00Z", "2026-12-29T23:59:59.999Z"),
            ("5wd", "2026-11-23T09:00:00Z", "2026-11-30T23:59:59.999Z"),
            ("45wd", "2026-11-23T09:00:00Z", "2027-01-28T23:59:59.999Z"),
            ("same-day", "2026-07-15T22:30:00Z", "2026-07-15T22:59:59.999Z"),
            ("same-day", "2026-07-15T23:30:00Z", "2026-07-16T22:59:59.999Z"),
            ("1h", "2026-05-22T23:30:00Z", "2026-05-23T00:30:00.000Z"),
        ])
    func limits(limit: String, start: String, due: String) throws {
        let baseline = try Configuration.baseline()
        #expect(baseline.due(try #require(ClockLimit(limit)), from: try #require(Instant(start))).description == due)
    }

    @Test("Bank holidays are days on which nobody works; the easter days are where the calendar has them")
    func bankHolidays() throws {
        let baseline = try Configuration.baseline()
        #expect(baseline.bankHolidays.count == 24)
        for day in ["2026-04-03", "2027-03-29", "2028-04-14", "2026-11-22"] {
            #expect(!baseline.isWorkingDay(try #require(CalendarDay(day))))
        }
        for holiday in baseline.bankHolidays {
            // None is wasted on a weekend: those have substitute days.
            #expect(![2, 3].contains(holiday.daysSince1970 % 7))
        }
        #expect(baseline.isWorkingDay(try #require(CalendarDay("2026-11-23"))))
    }

    @Test("A span is a number and a unit", arguments: [("15m", 900), ("72h", 259_200), ("30d", 2_592_000), ("5s", 5)])
    func spans(text: String, seconds: Int64) throws { #expect(try #require(Span(text)).seconds == seconds) }

    @Test("What is no span is not taken", arguments: ["", "m", "0h", "-1h", "1.5h", "10000d", "1w", "15 m"])
    func noSpan(text: String) { #expect(Span(text) == nil) }
}
