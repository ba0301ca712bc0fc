import Encodings
import Foundation
import Support
import Testing

@Suite struct InstantTests {
    @Test("as written is read only what would be written, of whatever single character is changed")
    func asWritten() {
        let text = Array("2026-11-22T12:00:01.123Z".utf8)
        var read = 0
        for position in text.indices {
            for byte in UInt8(0x20)...0x7E {
                var changed = text
                changed[position] = byte
                let instant = changed.withUnsafeBufferPointer { Instant(asWritten: $0) }
                guard let instant else { continue }
                read += 1
                #expect(Array(instant.description.utf8) == changed)
            }
        }
        #expect(read > 100)
        #expect(text.dropLast().withUnsafeBufferPointer { Instant(asWritten: $0) } == nil)
    }

    @Test(
        "RFC 3339 times in UTC are read to the millisecond",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.001Z", 1), ("1969-12-31T23:59:59.999Z", -1),
            ("2026-11-22T12:00:01.123Z", 1_795_348_801_123), ("2026-11-22t12:00:01.1z", 1_795_348_801_100),
            ("2026-11-22T12:00:01.12+00:00", 1_795_348_801_120),
            ("2026-11-22T12:00:01.123999999-00:00", 1_795_348_801_123),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000), ("0000-01-01T00:00:00Z", -62_167_219_200_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ])
    func read(text: String, milliseconds: Int64) {
        #expect(Instant(text)?.milliseconds == milliseconds)
    }

    @Test(
        "what is no moment in UTC is refused",
        arguments: [
            "", "2026-11-22", "2026-11-22T12:00Z", "2026-11-22T12:00:01", "2026-11-22 12:00:01Z",
            "2026-11-22T12:00:01+01:00",
            "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-10T00:00:00Z", "2026-11-31T00:00:00Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T12:60:00Z", "2016-12-31T23:59:60Z", "2026-11-22T12:00:01.Z", "2026-11-22T12:00:01.1234567890Z",
            "2026-11-22T12:00:01,5Z", "+026-11-22T12:00:01Z", "2026-11-22T12:00:01Z ", "2026-1-22T012:00:01Z",
            "2026-11-22T1é:00:01Z",
        ])
    func refused(text: String) { #expect(Instant(text) == nil) }

    @Test("a moment is written with three decimals, and read again as itself", arguments: 0..<50)
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let instant = Instant(milliseconds: .random(in: -62_167_219_200_000...253_402_300_799_999, using: &generator))
        #expect(instant.description.utf8.count == 24)
        #expect(Instant(instant.description) == instant)
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime]
        let date = Date(timeIntervalSince1970: Double(instant.seconds))
        if instant.milliseconds > 0 {
            #expect(formatter.string(from: date).prefix(19) == instant.description.prefix(19))
        }
    }

    @Test("no number of seconds stops the process")
    func saturates() {
        for seconds in [Int64.min, Int64.min / 1000 - 1, -1, 0, 1, Int64.max / 1000 + 1, Int64.max] {
            let instant = Instant(seconds: seconds)
            #expect(!instant.description.isEmpty)
            #expect(instant.adding(seconds: .max) >= instant)
            #expect(instant.adding(seconds: .min) <= instant)
        }
        #expect(Instant(milliseconds: -1).seconds == -1)
        #expect(Instant(milliseconds: -1000).seconds == -1)
        #expect(Instant(milliseconds: -1001).seconds == -2)
    }

    @Test("every day from 1600 to 2400 follows the one before")
    func calendar() throws {
        var day = try #require(CalendarDay("1600-01-01"))
        let end = try #require(CalendarDay("2400-01-01"))
        // One expectation for all of them: there are 292,194.
        var wrong: [CalendarDay] = []
        while day < end {
            let next = CalendarDay(daysSince1970: day.daysSince1970 + 1)
            let follows = next > day && (next.day == day.day + 1 || next.day == 1)
            if !follows || CalendarDay(next.description) != next { wrong.append(next) }
            day = next
        }
        #expect(wrong.isEmpty)
        #expect(CalendarDay(year: 1900, month: 2, day: 29) == nil)
        #expect(CalendarDay(year: 2000, month: 2, day: 29) != nil)
    }
}
