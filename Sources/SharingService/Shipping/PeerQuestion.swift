package import Encodings
import EventStore
package import Shipping

/// What one site asks another: for the next piece, and how long the other may wait for news before it answers (docs/SHIPPING.md, section 8).
package struct PeerQuestion: Sendable {
    package let request: ShipmentRequest
    /// 0 where the answer is wanted at once.
    package let waitSeconds: Int64

    package init(_ request: ShipmentRequest, waitSeconds: Int64 = 0) {
        self.request = request
        self.waitSeconds = waitSeconds
    }

    package var json: JSON {
        .object([
            "from": .text(request.from), "known": .integer(request.known),
            "trusted": request.trusted.map { .text($0) }, "recipientKey": request.recipientKey.jwk,
            "previous": request.previous.map { .string($0) },
            "wait": waitSeconds > 0 ? .integer(waitSeconds) : nil,
        ])
    }

    /// - Throws: `Rejection`, with the member that is wrong.
    package init(json: JSON) throws(Rejection) {
        guard let members = json.object else {
            throw Rejection(.malformed, "json-not-an-object", "the body must be a JSON object")
        }
        let known = ["from", "known", "trusted", "recipientKey", "previous", "wait"]
        guard members.names.allSatisfy(known.contains) else {
            throw .badQuestion("", "unknown-member", "members that this call knows: " + known.joined(separator: ", "))
        }
        func required<Value>(_ name: String, _ form: String, _ read: (JSON) -> Value?) throws(Rejection) -> Value {
            guard let member = members[name] else {
                throw .badQuestion("/\(name)", "missing-member", "`\(name)` is missing: \(form)")
            }
            guard let value = read(member) else {
                throw .badQuestion("/\(name)", "bad-format", "`\(name)` must be \(form)")
            }
            return value
        }
        func optional<Value>(_ name: String, _ form: String, _ read: (JSON) -> Value?) throws(Rejection) -> Value? {
            guard members[name] != nil else { return nil }
            return try required(name, form, read)
        }
        let request = ShipmentRequest(
            from: try required("from", "a cursor such as 12 or 12.3") { $0.string.flatMap { Cursor($0) } },
            known: try required("known", "the size of a checkpoint, 0 for none") { member in
                member.integer.flatMap { $0 >= 0 ? $0 : nil }
            },
            trusted: try optional("trusted", "a verifier key") { $0.string.flatMap { try? VerifierKey(parsing: $0) } },
            recipientKey: try required("recipientKey", "a public JWK, OKP with X25519") {
                try? AgreementPublicKey(jwk: $0)
            },
            previous: try optional("previous", "the digest of an audience statement, in base64url") { member in
                member.string.flatMap { Base64.url.decode($0)?.count == 32 ? $0 : nil }
            })
        let wait = try optional("wait", "seconds, from 0 to \(ServiceLimits.peerWaitSeconds)") { member in
            member.integer.flatMap { (0...ServiceLimits.peerWaitSeconds).contains($0) ? $0 : nil }
        }
        self.init(request, waitSeconds: wait ?? 0)
    }
}
