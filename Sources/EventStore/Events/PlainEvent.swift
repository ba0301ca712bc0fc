import Encodings

/// An event that is written as most are, taken apart without making its payload into values: ASCII, no escapes, whole numbers, nothing
/// concealed. For those who verify many and need few of their members. What it accepts `UnverifiedEvent` accepts too, and says the same of;
/// anything else is left to that one, which also says what is wrong.
struct PlainEvent: Sendable {
    let parts: JWSParts
    private let members: PlainPayload

    /// Nil for an event that is not plain, whether or not it is an event.
    init?(scanning bytes: [UInt8], headers: inout SeenHeaders) {
        guard let parts = try? JWSParts(parsing: bytes, headers: &headers), !parts.header.saysToken,
            let members = parts.payloadBytes.withUnsafeBufferPointer(PlainPayload.init)
        else { return nil }
        self.parts = parts
        self.members = members
    }

    /// The entry's member that says something else than the event, as `EntryMembers.disagreement` says it.
    func disagreement(with entry: Entry) -> String? {
        if id(members.id) != entry.id { return "id" }
        if !says(members.type, entry.type) { return "type" }
        if !says(members.source, entry.author) { return "author" }
        if members.cause == nil ? entry.cause != nil : entry.cause == nil || id(members.cause) != entry.cause {
            return "cause"
        }
        if members.time.flatMap(instant) != entry.occurred { return "occurred" }
        return nil
    }

    /// The identifier of the person whom the event is about.
    var subject: String? { members.subject.map(text) }

    /// Whether the event names a site.
    func isPosted(to site: String) -> Bool { says(members.site, site) }

    private func id(_ range: Range<Int>?) -> UniqueID? {
        guard let range else { return nil }
        return parts.payloadBytes.withUnsafeBufferPointer { UniqueID(ascii: .init(rebasing: $0[range])) }
    }

    private func instant(_ range: Range<Int>) -> Instant? {
        parts.payloadBytes.withUnsafeBufferPointer { Instant(asWritten: .init(rebasing: $0[range])) }
            ?? Instant(text(range))
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: parts.payloadBytes[range], as: UTF8.self) }

    private func says(_ range: Range<Int>?, _ text: String) -> Bool {
        guard let range else { return false }
        return text.utf8.elementsEqual(parts.payloadBytes[range])
    }
}

/// Where a payload's members that an entry repeats stand, where they are texts. Made only of an object that `JSON.parse` reads too.
struct PlainPayload: Equatable, Sendable {
    private(set) var id: Range<Int>?
    private(set) var type: Range<Int>?
    private(set) var source: Range<Int>?
    private(set) var cause: Range<Int>?
    private(set) var time: Range<Int>?
    private(set) var subject: Range<Int>?
    private(set) var site: Range<Int>?

    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        var scanner = PlainScanner(bytes: bytes)
        guard scanner.object(depth: 1, { self[$0] = $1 }), scanner.isAtEnd else { return nil }
    }

    private subscript(name: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        get { nil }
        set {
            if Self.isName(name, "id") { id = newValue }
            if Self.isName(name, "type") { type = newValue }
            if Self.isName(name, "source") { source = newValue }
            if Self.isName(name, "cause") { cause = newValue }
            if Self.isName(name, "time") { time = newValue }
            if Self.isName(name, "subject") { subject = newValue }
            if Self.isName(name, "site") { site = newValue }
        }
    }

    private static func isName(_ name: UnsafeBufferPointer<UInt8>, _ text: StaticString) -> Bool {
        name.count == text.utf8CodeUnitCount && zip(0..., name).allSatisfy { $1 == text.utf8Start[$0] }
    }
}

/// Walks over JSON of the plain kind. Each function is false where there is none of it.
private struct PlainScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    /// The names of all objects that are open, the innermost's last: for finding one that occurs twice.
    private var names: [Range<Int>] = []

    /// Members of one object; with more, comparing each with each is no longer the cheap way.
    private static let memberLimit = 32
    /// Digits of a number that certainly fits 64 bits.
    private static let digitLimit = 18

    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        names.reserveCapacity(Self.memberLimit)
    }

    var isAtEnd: Bool {
        var end = self
        return end.next() == nil
    }

    /// The next character that is no white space, without going past it.
    private mutating func next() -> UInt8? {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return bytes[position]
            }
        }
        return nil
    }

    private mutating func skip(_ character: UInt8) -> Bool {
        guard next() == character else { return false }
        position += 1
        return true
    }

    /// - Parameter visit: is given the name of each member that is a text, and where the text stands.
    mutating func object(depth: Int, _ visit: (UnsafeBufferPointer<UInt8>, Range<Int>) -> Void) -> Bool {
        guard depth <= JSON.depthLimit, skip(UInt8(ascii: "{")) else { return false }
        if skip(UInt8(ascii: "}")) { return true }
        let first = names.count
        repeat {
            guard next() == UInt8(ascii: "\""), let name = string(), isNew(name, from: first),
                skip(UInt8(ascii: ":"))
            else { return false }
            names.append(name)
            if next() == UInt8(ascii: "\"") {
                guard let text = string() else { return false }
                visit(UnsafeBufferPointer(rebasing: bytes[name]), text)
            } else if !value(depth: depth) {
                return false
            }
        } while skip(UInt8(ascii: ","))
        names.removeLast(names.count - first)
        return skip(UInt8(ascii: "}"))
    }

    /// Whether a name may stand beside those before it, and is none of those that conceal.
    private func isNew(_ name: Range<Int>, from first: Int) -> Bool {
        guard names.count - first < Self.memberLimit, let character = bytes[name].first,
            character != UInt8(ascii: "_"), character != UInt8(ascii: ".")
        else { return false }
        return !names[first...].contains { $0.count == name.count && bytes[$0].elementsEqual(bytes[name]) }
    }

    private mutating func value(depth: Int) -> Bool {
        switch next() {
        case UInt8(ascii: "{"): object(depth: depth + 1) { _, _ in }
        case UInt8(ascii: "["): array(depth: depth + 1)
        case UInt8(ascii: "\""): string() != nil
        case UInt8(ascii: "t"): literal("true")
        case UInt8(ascii: "f"): literal("false")
        case UInt8(ascii: "n"): literal("null")
        default: number()
        }
    }

    private mutating func array(depth: Int) -> Bool {
        guard depth <= JSON.depthLimit, skip(UInt8(ascii: "[")) else { return false }
        if skip(UInt8(ascii: "]")) { return true }
        repeat {
            guard value(depth: depth) else { return false }
        } while skip(UInt8(ascii: ","))
        return skip(UInt8(ascii: "]"))
    }

    /// The text between the quotes, the first of which stands here.
    private mutating func string() -> Range<Int>? {
        let start = position + 1
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
            guard (0x20..<0x80).contains(bytes[end]), bytes[end] != UInt8(ascii: "\\") else { return nil }
            end += 1
        }
        guard end < bytes.count else { return nil }
        position = end + 1
        return start..<end
    }

    private mutating func literal(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - position >= count else { return false }
        for offset in 0..<count where bytes[position + offset] != text.utf8Start[offset] { return false }
        position += count
        return true
    }

    /// A whole number that fits.
    private mutating func number() -> Bool {
        if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        let count = position - start
        guard (1...Self.digitLimit).contains(count), count == 1 || bytes[start] != UInt8(ascii: "0") else {
            return false
        }
        guard position < bytes.count else { return true }
        return bytes[position] != UInt8(ascii: ".") && bytes[position] | 0x20 != UInt8(ascii: "e")
    }
}
