import Encodings

/// Reads an entry in one pass where it is written as nearly all are: members in their order, text in ASCII without escapes,
/// times with three decimals. What such bytes say could not be written otherwise, so nothing need be written to compare.
/// Anything else is left to the strict parser, which also says what is wrong.
struct EntryScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    /// The entry; nil where the bytes are not written in that way, whether or not they are an entry.
    static func entry(_ bytes: [UInt8]) -> Entry? {
        bytes.withUnsafeBufferPointer { buffer in
            var scanner = EntryScanner(bytes: buffer)
            return scanner.entry(of: bytes)
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private mutating func entry(of whole: [UInt8]) -> Entry? {
        guard skip("{\"v\":1,\"id\":"), let id = uniqueID(), skip(",\"type\":"), let type = string(),
            skip(",\"author\":"), let author = string(), skip(",\"kid\":"),
            let kid = text().flatMap({ Thumbprint(ascii: $0) })
        else { return nil }
        var subject: UniqueID?
        if skip(",\"subject\":") {
            subject = uniqueID()
            guard subject != nil else { return nil }
        }
        guard skip(",\"audience\":"), let audience = list({ $0.string() }), Self.isAudience(audience) else {
            return nil
        }
        var cause: UniqueID?
        if skip(",\"cause\":") {
            cause = uniqueID()
            guard cause != nil else { return nil }
        }
        var releases: [UniqueID] = []
        if skip(",\"releases\":") {
            guard let ids = list({ $0.uniqueID() }), !ids.isEmpty else { return nil }
            releases = ids
        }
        guard skip(",\"occurred\":"), let occurred = instant(), skip(",\"recorded\":"), let recorded = instant(),
            skip(",\"commitment\":"), let commitment = string(), skip("}"), position == bytes.count
        else { return nil }
        return Entry(
            id: id, type: type, author: author, kid: kid, subject: subject, audience: audience, cause: cause,
            releases: releases, occurred: occurred, recorded: recorded, commitment: commitment, asWritten: whole)
    }

    private static func isAudience(_ names: [String]) -> Bool {
        !names.isEmpty && zip(names, names.dropFirst()).allSatisfy { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Goes past a text if it stands here.
    private mutating func skip(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - position >= count else { return false }
        for offset in 0..<count where bytes[position + offset] != text.utf8Start[offset] { return false }
        position += count
        return true
    }

    /// The text between quotes, if it is ASCII without escapes and control characters.
    private mutating func text() -> UnsafeBufferPointer<UInt8>? {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return nil }
        let start = position + 1
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
            guard (0x20..<0x80).contains(bytes[end]), bytes[end] != UInt8(ascii: "\\") else { return nil }
            end += 1
        }
        guard end < bytes.count else { return nil }
        position = end + 1
        return UnsafeBufferPointer(rebasing: bytes[start..<end])
    }

    private mutating func string() -> String? { text().map { String(decoding: $0, as: UTF8.self) } }

    private mutating func uniqueID() -> UniqueID? { text().flatMap { UniqueID(ascii: $0) } }

    private mutating func instant() -> Instant? { text().flatMap { Instant(asWritten: $0) } }

    private mutating func list<Element>(_ element: (inout EntryScanner) -> Element?) -> [Element]? {
        guard skip("[") else { return nil }
        var elements: [Element] = []
        repeat {
            guard let next = element(&self) else { return nil }
            elements.append(next)
        } while skip(",")
        return skip("]") ? elements : nil
    }
}
