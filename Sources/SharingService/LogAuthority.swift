package import EventStore
import SharingModel

/// Which keys were valid where in this site's log, for whoever verifies it. Drawn from the events of keys and agencies alone, which are
/// sealed for nobody.
package struct LogAuthority: KeyTimeline {
    private var book = KeyBook()

    /// Reads the whole log once for the events that enrol and end keys.
    /// - Throws: nothing for a damaged entry: the verifier names it, and keys that it enrolled are unknown.
    package init(reading log: any LogReader) {
        let types: Set<EventType> = [.siteFounded, .agencyRegistered, .agencyEnded, .keyEnrolled, .keyRevoked]
        let names = Set(types.map(\.rawValue))
        var start: Int64 = 0
        let size = log.head.size
        while start < size {
            let end = min(start + 1_024, size)
            // A page with a damaged entry is read entry by entry, so that the damage costs no other key.
            let entries =
                (try? log.entries(in: start..<end).map { ($0.index, $0.entry) })
                ?? (start..<end).compactMap { index in (try? log.entry(at: index)).map { (index, $0) } }
            for (index, entry) in entries where names.contains(entry.type) {
                guard let body = try? log.body(at: index),
                    let recorded = try? Replay.recorded(entry, at: index, body)
                else { continue }
                _ = try? book.apply(recorded)
            }
            start = end
        }
    }

    package func standing(of kid: Thumbprint, author: String, at index: Int64) -> KeyStanding {
        guard let key = book[kid] else { return .unknown }
        // The founding event carries its own key; every other needs one enrolled before it.
        guard key.enrolled < index || (key.enrolled == 0 && index == 0) else { return .unknown }
        guard key.agency.text == author else { return .otherAuthor }
        if let end = key.end, end.index < index { return .revoked }
        return .valid(key.publicKey)
    }
}
