import Crypto
import Encodings
import EventStore
import SharingModel

/// What a decision lets a recipient have of an event with content: the author's own signature and exactly the permitted items.
struct ReleasedContent {
    let jws: [UInt8]
    let disclosures: [Disclosure]

    /// - Parameters:
    ///   - inOrder: every disclosure of the event, in the order of `_sd`.
    ///   - items: the names released.
    init(jws: [UInt8], inOrder: [Disclosure], items: [ItemCode]) {
        let names = Set(items.map(\.text))
        self.jws = jws
        disclosures = inOrder.filter { $0.name.map(names.contains) ?? false }
    }

    /// `JWS~disclosure~…~`
    var compact: [UInt8] { Disclosure.compact(jws: jws, disclosures: disclosures) }

    /// SHA-256 of `compact`, base64url: what a receipt names.
    var digest: String { Base64.url.encode(Array(SHA256.hash(data: compact))) }
}
