package import Encodings
import EventStore
import Projections
import Shipping

/// By which keys peers are known: those that an operator pinned, and those that they led to since.
extension PostRoom {
    /// Every peer of now.
    /// - Throws: where the projections or a replica cannot be read.
    package func trust() throws -> JSON {
        .object(["peers": .array(try peers().map { try trust(in: $0) })])
    }

    /// The verifier key that was pinned is followed through the changes that the peer's log announces, each signed by the key before; the
    /// receiving keys are those that its own site announced there.
    private func trust(in peer: KnownPeer) throws -> JSON {
        let card = PeerCard(
            url: peer.url, vkey: try VerifierKey(parsing: peer.row.vkey), siteKey: peer.siteKey,
            hpke: peer.agreementKey)
        let state = try store.replicas.replica(of: peer.row).state
        return .object([
            "origin": .string(peer.origin), "url": .string(peer.url), "added": .integer(peer.index),
            "fingerprint": .string(card.fingerprint), "vkey": .text(card.vkey),
            "followed": .array(
                state.keys.rotations.map { rotation in
                    .object(["vkey": .text(rotation.key), "index": .integer(rotation.index)])
                }),
            "siteKey": .text(card.siteKey.thumbprint), "hpke": Self.thumbprint(card.hpke),
            "announced": .array(try announcedKeys(of: peer).map(Self.thumbprint)),
        ])
    }

    private static func thumbprint(_ key: AgreementPublicKey) -> JSON {
        .string(Base64.url.encode(key.thumbprintBytes))
    }
}
