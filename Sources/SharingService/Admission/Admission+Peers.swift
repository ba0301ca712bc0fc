import Encodings
import EventStore
import Projections
import SharingModel

extension Admission {
    /// What the site says of itself and its peers, and nobody else for it.
    /// - Returns: nil for events of other types.
    func admittedOwn(_ event: SharingEvent) throws -> Admitted? {
        switch event.data {
        case .syncAdvanced(let data): try check(data)
        case .hpkeKeyRotated(let data): try checkAgreementKey(data.jwk, at: "/data/jwk")
        default: return nil
        }
        return Admitted(audience: try audience(of: event))
    }

    func check(_ data: PeerAdded) throws {
        guard data.origin != origin else {
            throw Rejection.invalid("/data/origin", "own-origin", "this is the site itself; a peer is another site")
        }
        if let row = try reader.peer(data.origin), row.removed == nil {
            throw Rejection(
                .conflict, "peer-added",
                "the site is a peer already; to change what is known of it, record `peer.removed` first")
        }
        let key: VerifierKey
        do throws(NoteError) {
            key = try VerifierKey(parsing: data.vkey)
        } catch {
            throw Rejection.invalid("/data/vkey", error.code, error.description)
        }
        guard key.kind == .ed25519, key.name == data.origin else {
            throw Rejection.invalid(
                "/data/vkey", "other-log", "a peer's verifier key is of type 1 and has the peer's origin as its name")
        }
        do throws(KeyError) {
            _ = try PublicKey(jwk: data.siteKey)
        } catch {
            throw Rejection.invalid("/data/siteKey", error.code, error.description)
        }
        try checkAgreementKey(data.hpke, at: "/data/hpke")
    }

    func check(_ data: PeerRemoved) throws {
        guard let row = try reader.peer(data.origin) else { throw unknown("origin") }
        guard row.removed == nil else { throw Rejection(.conflict, "peer-removed", "the site is no peer any more") }
    }

    /// A peer's log only grows here, and of an empty poll nothing is recorded.
    private func check(_ data: SyncAdvanced) throws {
        guard let row = try reader.peer(data.peer), row.removed == nil else { throw unknown("peer") }
        if let last = try reader.sync(of: row), last.size >= data.size {
            throw Rejection(
                .conflict, "sync-not-advanced", "as much of that site's log, or more, is on record as known already")
        }
    }

    private func checkAgreementKey(_ jwk: JSON, at pointer: String) throws {
        do throws(KeyError) {
            _ = try AgreementPublicKey(jwk: jwk)
        } catch {
            throw Rejection.invalid(pointer, error.code, error.description)
        }
    }
}
