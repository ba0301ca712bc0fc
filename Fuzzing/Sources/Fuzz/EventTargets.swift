import Encodings

@testable import EventStore

extension FuzzTarget {
    static let events: [FuzzTarget] = [
        FuzzTarget(name: "jws", check: event), FuzzTarget(name: "jws-parts", check: eventOfParts),
        FuzzTarget(name: "token", check: token), FuzzTarget(name: "jwk", check: jwk),
        FuzzTarget(name: "body", check: body), FuzzTarget(name: "entry", check: entry),
    ]

    /// An event as it is posted: `JWS` or `JWS~disclosure~…~`.
    @Sendable static func event(_ bytes: [UInt8]) -> Bool {
        let partly = try? UnverifiedEvent(parsing: bytes, disclosures: .some)
        guard let event = try? UnverifiedEvent(parsing: bytes) else {
            holds(partly?.resolved.withheld.isEmpty != true, "what lacks no disclosure is accepted as whole")
            return partly != nil
        }
        holds(bytes.count <= Limits.eventBytes, "what was accepted is no larger than the limit")
        holds(event.disclosures.count <= Limits.disclosuresPerEvent, "there are no more disclosures than the limit")
        let compact = Disclosure.compact(jws: event.jws.bytes, disclosures: event.disclosures)
        holds(bytes == compact || bytes == compact + [UInt8(ascii: "~")], "what was accepted has one spelling")
        holds((try? UnverifiedToken(parsing: bytes)) == nil, "an event is never a token")
        holds(partly?.resolved.json == event.resolved.json, "whole or in part, the event is the same")
        holds(event.resolved.withheld.isEmpty, "nothing is withheld from the whole event")
        holds(event.resolved.inOrder.count == event.disclosures.count, "each disclosure has its place")
        holds(
            Set(event.resolved.sdPointers).count == event.resolved.sdPointers.count, "each concealing place stands once"
        )
        holds(depth(event.resolved.json) <= JSON.depthLimit * (Limits.concealmentDepth + 1), "depth is bounded")
        for disclosure in event.disclosures {
            holds(Disclosure(parsing: disclosure.encoded) == disclosure, "a disclosure is read as it was written")
        }
        return true
    }

    private static func depth(_ value: JSON) -> Int {
        switch value {
        case .array(let elements): 1 + (elements.map(depth).max() ?? 0)
        case .object(let object): 1 + (object.members.map { depth($0.value) }.max() ?? 0)
        default: 0
        }
    }

    /// The same, put together from its parts in the clear, one a line: header, payload, disclosures. Where a payload or
    /// a later disclosure says "@0" to "@9", the digest of that disclosure is put.
    @Sendable static func eventOfParts(_ bytes: [UInt8]) -> Bool { event(assembled(bytes)) }

    static func assembled(_ bytes: [UInt8]) -> [UInt8] {
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
        var digests: [String] = []
        var disclosures: [UInt8] = []
        for line in lines.dropFirst(2).prefix(Limits.disclosuresPerEvent + 1) {
            let encoded = Base64.url.encodeToBytes(withDigests(line, digests))
            digests.append(Disclosure(parsing: encoded)?.digest ?? "")
            disclosures += encoded + [UInt8(ascii: "~")]
        }
        let payload = withDigests(lines.count > 1 ? lines[1] : [], digests)
        let jws = Base64.url.encode(lines[0]) + "." + Base64.url.encode(payload) + "." + noSignature
        return Array(jws.utf8) + (lines.count > 2 ? [UInt8(ascii: "~")] + disclosures : [])
    }

    /// 64 bytes that are nobody's signature: parsers look at its length only.
    private static let noSignature = String(repeating: "A", count: 86)

    private static func withDigests(_ line: [UInt8], _ digests: [String]) -> [UInt8] {
        var filled: [UInt8] = []
        var position = 0
        while position < line.count {
            let rest = line[position...]
            if rest.count >= 4, rest.starts(with: "\"@".utf8), rest[position + 3] == UInt8(ascii: "\""),
                let digit = Character(Unicode.Scalar(rest[position + 2])).wholeNumberValue, digit < digests.count
            {
                filled += Array("\"\(digests[digit])\"".utf8)
                position += 4
            } else {
                filled.append(line[position])
                position += 1
            }
        }
        return filled
    }

    /// A token for reading, header and claims in the clear, one a line; and its claims as if it had been signed.
    @Sendable static func token(_ bytes: [UInt8]) -> Bool {
        let jws = assembled(bytes)
        guard let token = try? UnverifiedToken(parsing: jws) else { return false }
        holds((try? UnverifiedEvent(parsing: jws)) == nil, "a token is never an event")
        guard let claims = try? CompactJWS(parsing: jws).payload else {
            holds(false, "a token is a JWS")
            return true
        }
        let verified = BearerToken(kid: token.kid, claims: claims)
        let now = Instant(seconds: 1_800_000_000)
        guard (try? verified.check(audience: "sharing.example", now: now)) != nil else { return true }
        holds(!verified.issuer.isEmpty && verified.tokenID?.isEmpty == false, "a valid token names issuer and id")
        let latest = now.adding(seconds: Limits.tokenLifetimeSeconds + Limits.tokenLeewaySeconds)
        holds(verified.expires.map { $0 <= latest } == true, "a valid token expires soon")
        return true
    }

    /// A key as JSON Web Key, public or private.
    @Sendable static func jwk(_ bytes: [UInt8]) -> Bool {
        guard let json = try? JSON.parse(bytes) else { return false }
        let publicKey = try? PublicKey(jwk: json)
        if let publicKey {
            let again = try? PublicKey(jwk: publicKey.jwk)
            holds(again == publicKey, "a public key is read as it was written")
            holds(again?.thumbprint == publicKey.thumbprint, "a key has one name")
        }
        let signing = try? SigningKey(privateJWK: json)
        if let signing {
            holds(publicKey == nil, "a private key is never taken for a public one")
            holds((try? SigningKey(privateJWK: signing.privateJWK)) != nil, "a private key is read as it was written")
            let signature = (try? signing.sign(bytes)) ?? []
            holds(signing.publicKey.verifies(signature, over: bytes), "what was signed verifies")
        }
        let agreement = try? AgreementKey(privateJWK: json)
        holds(agreement == nil || signing == nil, "a key either signs or agrees")
        return publicKey != nil || signing != nil || agreement != nil
    }

    /// An opened body: salt, then the event.
    @Sendable static func body(_ bytes: [UInt8]) -> Bool {
        guard let body = OpenedBody(plain: bytes) else { return false }
        let written = body.salt + body.compact
        holds(written == bytes || written + [UInt8(ascii: "~")] == bytes, "a body has one spelling")
        return true
    }

    /// An entry of the log: nothing is accepted that would have been written otherwise.
    @Sendable static func entry(_ bytes: [UInt8]) -> Bool {
        guard let entry = try? Entry(parsing: bytes) else { return false }
        holds(bytes.count <= Limits.entryBytes, "what was accepted is no larger than the limit")
        holds(entry.bytes == bytes, "an entry has one spelling")
        let written = try? Entry(
            id: entry.id, type: entry.type, author: entry.author, kid: entry.kid, subject: entry.subject,
            audience: entry.audience, cause: entry.cause, releases: entry.releases, occurred: entry.occurred,
            recorded: entry.recorded, commitment: entry.commitment)
        holds(written?.bytes == bytes && written?.leafHash == entry.leafHash, "what was read is written the same")
        return true
    }
}
