import Crypto
package import Encodings
package import EventStore
import Foundation

/// What one site hands to another to become its peer: who it is, where it answers, and the keys it is to be known by. All of it is public;
/// that it is really that site's is for two people to make sure of, who read its fingerprint to each other.
package struct PeerCard: Sendable, Hashable {
    package let origin: String
    /// Where its daemon answers; nil where the card leaves that to whoever adds it.
    package var url: String?
    package let vkey: VerifierKey
    /// Signs its decisions and audience statements.
    package let siteKey: PublicKey
    /// What is sent to it is sealed to this key.
    package let hpke: AgreementPublicKey

    package init(url: String?, vkey: VerifierKey, siteKey: PublicKey, hpke: AgreementPublicKey) {
        origin = vkey.name
        self.url = url
        self.vkey = vkey
        self.siteKey = siteKey
        self.hpke = hpke
    }

    /// Reads `{origin, url?, vkey, siteKey, hpke}`.
    /// - Throws: `PeerCardError`
    package init(json: JSON) throws(PeerCardError) {
        guard let members = json.object else { throw .notACard }
        guard Set(members.names).isSubset(of: ["origin", "url", "vkey", "siteKey", "hpke"]),
            let origin = members["origin"]?.string, let vkey = members["vkey"]?.string,
            let siteKey = members["siteKey"], let hpke = members["hpke"]
        else { throw .notACard }
        if let url = members["url"] {
            guard let text = url.string else { throw .notACard }
            self.url = text
        }
        do throws(NoteError) {
            self.vkey = try VerifierKey(parsing: vkey)
        } catch {
            throw .vkey(error)
        }
        guard self.vkey.name == origin else { throw .otherOrigin }
        self.origin = origin
        do throws(KeyError) {
            self.siteKey = try PublicKey(jwk: siteKey)
        } catch {
            throw .siteKey(error)
        }
        do throws(KeyError) {
            self.hpke = try AgreementPublicKey(jwk: hpke)
        } catch {
            throw .hpke(error)
        }
    }

    package var json: JSON {
        .object([
            "origin": .string(origin), "url": url.map { .string($0) }, "vkey": .text(vkey), "siteKey": siteKey.jwk,
            "hpke": hpke.jwk,
        ])
    }

    /// Thirty digits in groups of five, to be read aloud. Whoever wants to slip another card in has to find one of 10³⁰ (nearly 100 bits).
    ///
    /// Made of SHA-256 over the lines `sharing peer card v1`, origin, verifier key, and the thumbprints (RFC 7638) of site key and receiving
    /// key, each with its LF: five bytes of it at a time, as a number modulo 100,000. The address is not in it: it is not what is trusted.
    package var fingerprint: String {
        let lines = [
            "sharing peer card v1", origin, vkey.description, siteKey.thumbprint.description,
            Base64.url.encode(hpke.thumbprintBytes),
        ]
        let digest = Array(SHA256.hash(data: Data(lines.map { $0 + "\n" }.joined().utf8)))
        return (0..<6).map { group in
            let number = digest[(5 * group)..<(5 * group + 5)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % 100_000
            let text = String(number)
            return String(repeating: "0", count: 5 - text.count) + text
        }.joined(separator: " ")
    }

    /// Whether a person typed this card's fingerprint; spaces and hyphens do not count.
    package func fits(fingerprint typed: String) -> Bool {
        func digits(_ text: String) -> String { text.filter { !$0.isWhitespace && $0 != "-" } }
        return digits(typed) == digits(fingerprint)
    }
}

/// Why a card cannot be used.
package enum PeerCardError: CodedError, Hashable {
    case notACard
    case otherOrigin
    case vkey(NoteError)
    case siteKey(KeyError)
    case hpke(KeyError)

    package var code: String {
        switch self {
        case .notACard: "peer-card-malformed"
        case .otherOrigin: "peer-card-other-origin"
        case .vkey(let error): error.code
        case .siteKey(let error), .hpke(let error): error.code
        }
    }

    package var description: String {
        switch self {
        case .notACard: "expected a peer's card: JSON with `origin`, `vkey`, `siteKey`, `hpke` and maybe `url`"
        case .otherOrigin: "the verifier key is that of another log than the card's origin; ask for a new card"
        case .vkey(let error): "the card's `vkey`: \(error)"
        case .siteKey(let error): "the card's `siteKey`: \(error)"
        case .hpke(let error): "the card's `hpke`: \(error)"
        }
    }
}

extension SiteStore {
    /// This site's own card.
    package var card: PeerCard {
        PeerCard(url: nil, vkey: log.verifierKey, siteKey: siteKey.publicKey, hpke: agreementKey.publicKey)
    }
}
