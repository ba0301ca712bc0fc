/// A moment in UTC with a resolution of one millisecond.
public struct Instant: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Seconds since 1970; what does not fit stands at the end of time, so that a hostile number cannot stop the
    /// process.
    public init(seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        milliseconds = overflow ? (seconds < 0 ? .min : .max) : product
    }

    /// Parses an RFC 3339 time in UTC (`Z`, `+00:00` or `-00:00`); digits beyond the millisecond are cut off.
    ///
    /// Nil for any other zone, for a day the calendar does not have, and for leap seconds.
    public init?(_ text: String) {
        var text = text
        if let instant = text.withUTF8({ Instant(asWritten: $0) }) {
            self = instant
            return
        }
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 35,
            let day = CalendarDay(String(decoding: bytes[..<10], as: UTF8.self)),
            bytes[10] | 0x20 == UInt8(ascii: "t"), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let hour = decimal(bytes[11..<13]), let minute = decimal(bytes[14..<16]),
            let second = decimal(bytes[17..<19]),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var rest = bytes[19...]
        var fraction: Int64 = 0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard (1...9).contains(digits.count), let value = decimal(digits.prefix(3)) else { return nil }
            fraction = value * [1, 100, 10, 1][min(digits.count, 3)]
            rest = rest.dropFirst(1 + digits.count)
        }
        guard ["Z", "z", "+00:00", "-00:00"].contains(String(decoding: rest, as: UTF8.self)) else { return nil }
        milliseconds = (((day.daysSince1970 * 24 + hour) * 60 + minute) * 60 + second) * 1000 + fraction
    }

    /// Parses what `description` writes, character for character, and nothing else; nil also for years beyond four digits.
    public init?(asWritten text: UnsafeBufferPointer<UInt8>) {
        guard text.count == 24, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            text[10] == UInt8(ascii: "T"), text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"),
            text[19] == UInt8(ascii: "."), text[23] == UInt8(ascii: "Z")
        else { return nil }
        var isDigits = true
        func number(_ places: Range<Int>) -> Int64 {
            var value: Int64 = 0
            for place in places {
                let digit = text[place] &- UInt8(ascii: "0")
                if digit > 9 { isDigits = false }
                value = value * 10 + Int64(digit)
            }
            return value
        }
        let (year, month, dayOfMonth) = (number(0..<4), number(5..<7), number(8..<10))
        let (hour, minute, second) = (number(11..<13), number(14..<16), number(17..<19))
        let fraction = number(20..<23)
        guard isDigits, hour < 24, minute < 60, second < 60,
            let day = CalendarDay(year: year, month: month, day: dayOfMonth)
        else { return nil }
        milliseconds = (((day.daysSince1970 * 24 + hour) * 60 + minute) * 60 + second) * 1000 + fraction
    }

    /// RFC 3339 with three decimals: `2026-11-22T12:00:01.123Z`.
    public var description: String {
        let day = self.day
        let remainder = milliseconds % 86_400_000
        let rest = remainder < 0 ? remainder + 86_400_000 : remainder
        var text: [UInt8] = []
        text.reserveCapacity(24)
        appendPadded(day.year, 4, to: &text)
        text.append(UInt8(ascii: "-"))
        appendPadded(day.month, 2, to: &text)
        text.append(UInt8(ascii: "-"))
        appendPadded(day.day, 2, to: &text)
        text.append(UInt8(ascii: "T"))
        appendPadded(rest / 3_600_000, 2, to: &text)
        text.append(UInt8(ascii: ":"))
        appendPadded(rest / 60_000 % 60, 2, to: &text)
        text.append(UInt8(ascii: ":"))
        appendPadded(rest / 1000 % 60, 2, to: &text)
        text.append(UInt8(ascii: "."))
        appendPadded(rest % 1000, 3, to: &text)
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }

    public var seconds: Int64 { floorDivide(milliseconds, 1000) }

    /// The day in UTC.
    public var day: CalendarDay { CalendarDay(daysSince1970: floorDivide(milliseconds, 86_400_000)) }

    /// A moment later (or, below zero, earlier); what does not fit stands at the end of time.
    public func adding(seconds: Int64) -> Instant {
        let (sum, overflow) = milliseconds.addingReportingOverflow(Instant(seconds: seconds).milliseconds)
        return Instant(milliseconds: overflow ? (seconds < 0 ? .min : .max) : sum)
    }

    public static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }
}

/// A day of the proleptic Gregorian calendar, without a time zone.
public struct CalendarDay: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let year: Int64
    public let month: Int64
    public let day: Int64

    /// Parses `2026-01-31`; nil for a day that does not exist.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = decimal(bytes[..<4]), let month = decimal(bytes[5..<7]), let day = decimal(bytes[8...])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// Nil for a day that does not exist.
    public init?(year: Int64, month: Int64, day: Int64) {
        guard (1...12).contains(month), day >= 1, day <= Self.length(ofMonth: month, in: year) else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The civil-from-days algorithm: eras of 400 years of 146,097 days, years that begin in March.
    public init(daysSince1970: Int64) {
        let shifted = daysSince1970 + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    public var daysSince1970: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = floorDivide(shiftedYear, 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    public var description: String {
        var text: [UInt8] = []
        appendPadded(year, 4, to: &text)
        text.append(UInt8(ascii: "-"))
        appendPadded(month, 2, to: &text)
        text.append(UInt8(ascii: "-"))
        appendPadded(day, 2, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    public static func < (left: CalendarDay, right: CalendarDay) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    private static func length(ofMonth month: Int64, in year: Int64) -> Int64 {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

private func decimal(_ digits: ArraySlice<UInt8>) -> Int64? {
    var value: Int64 = 0
    for digit in digits {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
        value = value * 10 + Int64(digit - UInt8(ascii: "0"))
    }
    return digits.isEmpty ? nil : value
}

/// The digits of a number, with leading zeros up to a width.
private func appendPadded(_ value: Int64, _ width: Int, to text: inout [UInt8]) {
    if value < 0 { text.append(UInt8(ascii: "-")) }
    var magnitude = value.magnitude
    let start = text.count
    while magnitude > 0 || text.count - start < width {
        text.append(UInt8(ascii: "0") + UInt8(magnitude % 10))
        magnitude /= 10
    }
    text[start...].reverse()
}

private func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    value / divisor - (value % divisor < 0 ? 1 : 0)
}

extension Instant: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let instant = Instant(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected an RFC 3339 time in UTC, such as 2026-11-22T12:00:00Z")
        }
        self = instant
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
