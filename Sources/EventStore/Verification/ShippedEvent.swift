import Encodings

/// The event in a body that another site shipped, with those of its disclosures that were released, in whichever way it can be read: for those
/// who verify many of them.
package struct ShippedEvent: Sendable {
    private enum Reading: Sendable {
        case plain(PlainEvent)
        case any(UnverifiedEvent)
    }

    private let reading: Reading

    /// - Parameter headers: those that were read before.
    /// - Throws: `EventParseError`
    package init(in body: OpenedBody, _ headers: inout SeenHeaders) throws(EventParseError) {
        if body.disclosures.isEmpty, let event = PlainEvent(scanning: body.jws, headers: &headers) {
            reading = .plain(event)
        } else {
            reading = .any(try UnverifiedEvent(parsing: body.compact, disclosures: .some))
        }
    }

    /// The key that claims to have signed.
    package var kid: Thumbprint { parts.header.kid }

    /// Whether the event was posted to a site.
    package func isPosted(to site: String) -> Bool {
        switch reading {
        case .plain(let event): event.isPosted(to: site)
        case .any(let event): event.payload["site"]?.string == site
        }
    }

    /// The entry's member that says something else than the event; nil where they agree.
    package func disagreement(with entry: Entry) -> String? {
        switch reading {
        case .plain(let event): event.disagreement(with: entry)
        case .any(let event): EntryMembers.disagreement(of: entry, with: event.payload)
        }
    }

    /// - Throws: `SignatureError` if the key is another, or the signature is not its own.
    package func check(by key: PublicKey) throws(SignatureError) { try parts.check(by: key) }

    private var parts: JWSParts {
        switch reading {
        case .plain(let event): event.parts
        case .any(let event): event.jws.parts
        }
    }
}
