import Encodings
import EventStore
import Shipping

/// A vocabulary of four words, enough for a post room that knows none of its own.
enum Toy {
    static let founded = "toy.site.founded.v1"
    static let hosted = "toy.agency.hosted.v1"
    static let revoked = "toy.key.revoked.v1"
    static let rotated = "toy.checkpoint-key.rotated.v1"
    static let note = "toy.note.made.v1"
    static let decided = "toy.note.decided.v1"
}

/// What the words mean for shipping.
struct ToyMeaning: EventMeaning {
    var erased: Set<UniqueID> = []

    func mayHost(_ type: String) -> Bool { type == Toy.hosted }

    func hosted(by event: UnverifiedEvent, at site: String) -> [String] {
        guard event.payload["data"]?["site"]?.string == site else { return [] }
        return event.payload["data"]?["agency"]?.string.map { [$0] } ?? []
    }

    func released(by decision: UnverifiedEvent) -> Set<String> {
        Set(decision.payload["data"]?["permits"]?.array?.compactMap(\.string) ?? [])
    }

    func references(of event: UnverifiedEvent) -> [UniqueID] {
        event.payload["data"]?["fact"]?.string.flatMap { UniqueID($0) }.map { [$0] } ?? []
    }

    /// An author sees everything of its own; others what is called `open`, and the reason where they know the fact that it rests on.
    func visible(
        of event: UnverifiedEvent, _ entry: Entry, to agencies: Set<String>, known: Set<UniqueID>
    ) -> [Disclosure] {
        event.resolved.inOrder.filter { disclosure in
            agencies.contains(entry.author) || disclosure.name == "open"
                || (disclosure.name == "reason" && !known.isEmpty)
        }
    }

    func isErased(_ subject: UniqueID) -> Bool { erased.contains(subject) }
}

/// Who signs what, as the words say.
struct ToyKeys: PeerKeys {
    private struct Enrolled {
        let author: String
        let key: PublicKey
        let index: Int64
        var end: Int64?
    }

    private var keys: [Thumbprint: Enrolled] = [:]

    mutating func follow(_ entry: Entry, _ event: UnverifiedEvent, at index: Int64) {
        let data = event.payload["data"]
        if entry.type == Toy.revoked, let kid = data?["kid"]?.string.flatMap({ Thumbprint($0) }) {
            keys[kid]?.end = index
        }
        guard [Toy.founded, Toy.hosted].contains(entry.type),
            let key = data?["jwk"].flatMap({ try? PublicKey(jwk: $0) }), let author = data?["agency"]?.string
        else { return }
        keys[key.thumbprint] = Enrolled(author: author, key: key, index: index)
    }

    func standing(of kid: Thumbprint, author: String, at index: Int64) -> KeyStanding {
        guard let enrolled = keys[kid], enrolled.index < index || index == 0 else { return .unknown }
        guard enrolled.author == author else { return .otherAuthor }
        if let end = enrolled.end, end < index { return .revoked }
        return .valid(enrolled.key)
    }

    func announcedCheckpointKey(_ entry: Entry, _ event: UnverifiedEvent) -> String? {
        [Toy.founded, Toy.rotated].contains(entry.type) ? event.payload["data"]?["vkey"]?.string : nil
    }
}
