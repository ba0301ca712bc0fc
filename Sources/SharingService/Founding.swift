package import Encodings
package import EventStore
import Projections
import SharingModel

/// Founds a site: folder, keys, log, and the genesis event, which is the only one verified by a key that it carries itself (DESIGN section 5).
package enum Founding {
    /// What a founder hands on.
    package struct Result: Sendable {
        /// To be pinned by everybody who verifies the log.
        package let verifierKey: String
        package let operatorKey: Thumbprint
        package let keysFolder: String
    }

    /// - Parameters:
    ///   - folder: new or empty.
    ///   - origin: a URL without scheme and trailing slash, the log's name for ever.
    ///   - name: for people.
    /// - Throws: `DataFolderError`, `KeyFileError`, `IdentifierError`, `NoteError`, `LogError`: each says what to do.
    package static func found(
        in folder: DataFolder, origin: String, name: String, now: Instant
    ) throws -> Result {
        let author = try AgencyID.site(origin: origin)
        try folder.create()
        let lock = try DataFolderLock(folder)
        let keys = try SiteKeys.create(in: folder)
        let signer = try CheckpointSigner(origin: origin, key: keys.checkpoint)
        let vault = try Vault(path: folder.vault, kek: keys.kek)
        let log = try EventLog.create(
            storage: try SQLiteLogStorage(path: folder.log), signer: signer, vault: vault)
        guard let operatorKey = keys.operator else { throw SiteError.operatorKeyMissing }
        let vkey = signer.verifierKey.description
        let payload = JSON.object([
            "specversion": "1.0", "id": .text(UniqueID.ordered(at: now)), "source": .string(author.text),
            "site": .string(origin), "type": .string(EventType.siteFounded.rawValue), "time": .string(now.description),
            "datacontenttype": "application/json",
            "data": .object([
                "origin": .string(origin), "name": .string(name), "vkey": .string(vkey),
                "keys": [
                    .object(["jwk": keys.site.publicKey.jwk, "roles": ["site"]]),
                    .object(["jwk": operatorKey.publicKey.jwk, "roles": ["operator"]]),
                ],
            ]),
        ])
        let verified = try EventSigner.signOwn(payload: payload, key: keys.site)
        let event: SharingEvent
        do throws(Rejection) {
            event = try FrontDesk.read(verified)
        } catch {
            throw SiteError.ownEventInvalid(error.description)
        }
        _ = try log.append([
            EntryDraft(
                event: verified, id: event.envelope.id, type: event.envelope.type, author: author.text, subject: nil,
                audience: ["*"], cause: nil, occurred: now, recorded: now)
        ])
        // Projections are drawn at once, so that the folder can be read before a daemon ever ran on it.
        let store = try SiteStore(folder: folder, lock: lock, origin: origin, log: log, vault: vault, keys: keys)
        try CatchUp.run(store.projections, from: log, replicas: store.replicas, progress: { _, _ in })
        return Result(verifierKey: vkey, operatorKey: operatorKey.thumbprint, keysFolder: folder.keys)
    }
}
