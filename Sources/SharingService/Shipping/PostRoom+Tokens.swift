import Encodings
import EventStore
import Projections
import SharingModel
import Shipping

/// Peers show who they are as readers do, by a token that is signed with the key that they were added with: their site key.
extension PostRoom {
    /// Which peer asks.
    /// - Throws: `Rejection`, also where the peer's own log has revoked the key since.
    package func authenticate(_ token: [UInt8]) throws -> KnownPeer {
        let parsed: UnverifiedToken
        do throws(EventParseError) {
            parsed = try UnverifiedToken(parsing: token)
        } catch {
            throw Rejection(.unauthenticated, error.code, error.description)
        }
        let rows = try store.projections.read { try $0.peers() }
        let known = rows.compactMap { try? KnownPeer($0) }.filter { $0.siteKey.thumbprint == parsed.kid }
        guard let peer = known.first(where: { $0.row.removed == nil }) ?? known.first else {
            throw Rejection.unknownPeer
        }
        let bearer: BearerToken
        do throws(SignatureError) {
            bearer = try parsed.verified(by: peer.siteKey)
        } catch {
            throw Rejection(.unauthenticated, error.code, error.description)
        }
        do throws(TokenError) {
            try bearer.check(audience: store.origin, now: now)
        } catch {
            throw Rejection(.unauthenticated, error.code, error.description)
        }
        guard bearer.issuer == peer.author else {
            throw Rejection(.forbidden, "token-issuer", "the token's `iss` is not the site of its key")
        }
        guard peer.row.removed == nil else { throw Rejection.peerRemoved }
        let state = try store.replicas.replica(of: peer.row).state
        switch state.authors.standing(of: parsed.kid, author: peer.author, at: state.cursor.size) {
        // Unknown as long as nothing of the peer's log is here.
        case .valid, .unknown: return peer
        case .revoked, .otherAuthor:
            throw Rejection(
                .forbidden, "key-revoked", "the peer's own log says that this key serves no more; have it added anew")
        }
    }

    /// What this site shows a peer.
    /// - Throws: what the crypto library throws when it cannot sign.
    func token(for peer: KnownPeer) throws -> String {
        try BearerToken.sign(
            issuer: store.author.text, audience: peer.origin, tokenID: UniqueID.random().description, issued: now,
            key: store.siteKey)
    }
}
