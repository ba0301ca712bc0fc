import Encodings
import Foundation

extension FuzzTarget {
    static let encodings: [FuzzTarget] = [
        FuzzTarget(name: "json", check: json), FuzzTarget(name: "base64", check: base64),
        FuzzTarget(name: "time-and-uuid", check: timeAndUUID),
    ]

    /// Strict JSON: what was accepted is written and read again as the same value, and a reader that is not ours takes
    /// it for JSON too.
    @Sendable static func json(_ bytes: [UInt8]) -> Bool {
        let value: JSON
        do throws(JSONError) {
            value = try JSON.parse(bytes)
        } catch {
            holds((0...bytes.count).contains(error.offset), "an error points into the input")
            return false
        }
        holds(depth(value) <= JSON.depthLimit, "what was accepted is no deeper than the limit")
        holds(namesAreUnique(value), "no member name occurs twice")
        let written = value.bytes
        guard let again = try? JSON.parse(written) else {
            holds(false, "what was written can be read")
            return true
        }
        holds(again.bytes == written, "what was read again is written the same")
        holds(again == value, "what was read again is the same value")
        holds(text(bytes).flatMap { try? JSON.parse($0) } == value, "text and bytes are read the same")
        holds(
            (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil,
            "another reader takes it for JSON")
        return true
    }

    private static func depth(_ value: JSON) -> Int {
        switch value {
        case .array(let elements): 1 + (elements.map(depth).max() ?? 0)
        case .object(let object): 1 + (object.members.map { depth($0.value) }.max() ?? 0)
        default: 0
        }
    }

    private static func namesAreUnique(_ value: JSON) -> Bool {
        switch value {
        case .array(let elements): elements.allSatisfy(namesAreUnique)
        case .object(let object):
            Set(object.names).count == object.members.count && object.members.allSatisfy { namesAreUnique($0.value) }
        default: true
        }
    }

    /// Both spellings of base64: one text for the same bytes and no other, whether read as text or as bytes.
    @Sendable static func base64(_ bytes: [UInt8]) -> Bool {
        var accepted = false
        for spelling in [Base64.standard, .url] {
            if let decoded = spelling.decode(bytes) {
                accepted = true
                holds(spelling.encodeToBytes(decoded) == bytes, "the text that was accepted is the canonical one")
            }
            if let text = text(bytes) {
                holds(spelling.decode(text) == spelling.decode(bytes), "text and bytes are read the same")
            }
            holds(spelling.decode(spelling.encode(bytes)) == bytes, "what was encoded is decoded to the same")
        }
        return accepted
    }

    /// Times, days and UUIDs as text, and any 64 bits as a time.
    @Sendable static func timeAndUUID(_ bytes: [UInt8]) -> Bool {
        let milliseconds = Int64(bitPattern: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
        let any = Instant(milliseconds: milliseconds)
        holds(any.adding(seconds: milliseconds) >= any || milliseconds < 0, "a later time is later")
        holds(any.day.daysSince1970 * 86_400 <= any.seconds, "a day begins before its moments")
        guard let text = text(bytes) else { return false }
        var accepted = false
        if let time = Instant(text) {
            accepted = true
            holds(Instant(time.description) == time, "a time is read as it was written")
            holds(CalendarDay(String(text.prefix(10))) == time.day, "a time is on the day that it begins with")
        }
        if let day = CalendarDay(text) {
            accepted = true
            holds(same(day.description, text), "a day has one spelling")
            holds(CalendarDay(daysSince1970: day.daysSince1970) == day, "a day is found again by its number")
        }
        if let id = UniqueID(text) {
            accepted = true
            holds(same(id.description, text), "a UUID has one spelling")
            holds(UniqueID(bytes: id.bytes) == id, "a UUID is its 16 bytes")
        }
        return accepted
    }
}
