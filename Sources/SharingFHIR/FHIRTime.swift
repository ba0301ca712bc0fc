import Encodings

/// FHIR R4 `dateTime` and `instant` values.
enum FHIRTime {
    /// A moment with any zone offset (`2026-06-01T09:30:00+01:00`), in UTC; nil for less than a full time.
    static func instant(_ text: String?) -> Instant? {
        guard let text else { return nil }
        if let utc = Instant(text) { return utc }
        let bytes = Array(text.utf8)
        guard bytes.count > 6 else { return nil }
        let zone = bytes.suffix(6).map { Int64($0) - Int64(UInt8(ascii: "0")) }
        let sign: Int64
        switch bytes[bytes.count - 6] {
        case UInt8(ascii: "+"): sign = 1
        case UInt8(ascii: "-"): sign = -1
        default: return nil
        }
        let digits = [zone[1], zone[2], zone[4], zone[5]]
        guard bytes[bytes.count - 3] == UInt8(ascii: ":"), digits.allSatisfy({ (0...9).contains($0) }) else {
            return nil
        }
        let (hours, minutes) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
        guard hours <= 14, minutes < 60, let local = Instant(String(text.dropLast(6)) + "Z") else { return nil }
        return local.adding(seconds: -sign * (hours * 3600 + minutes * 60))
    }
}
