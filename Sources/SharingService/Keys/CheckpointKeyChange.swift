package import Encodings
package import EventStore
import SharingModel

/// Gives a site's log another checkpoint key, while no daemon has the folder (docs/OPERATIONS.md, section 9).
///
/// The steps, each durable before the next:
/// 1. the new key is written beside the old one, as `checkpoint.next.jwk`;
/// 2. the log announces it, alone in its batch, under a checkpoint that both keys sign;
/// 3. the new key takes the old one's name, and the old one is destroyed.
///
/// Ended between 1 and 2, the old key goes on, and the next attempt announces the key that is there already. Ended between 2 and 3, whoever
/// opens the folder next takes step 3: the log says that the old key has served its time.
package enum CheckpointKeyChange {
    /// What is handed on.
    package struct Result: Sendable {
        package let old: VerifierKey
        package let new: VerifierKey
        /// Position of the event that announces it.
        package let index: Int64
    }

    /// - Parameters:
    ///   - folder: of a founded site, that nobody has open.
    ///   - next: the new key; nil to make one.
    /// - Throws: as `SiteStore.init`; `LogError.refused` where the key may not follow: nothing has changed then.
    package static func run(_ folder: DataFolder, to next: SigningKey? = nil, now: Instant) throws -> Result {
        let store = try SiteStore(folder: folder)
        defer { store.end() }
        let old = store.log.verifierKey
        let key = try SiteKeys.nextCheckpoint(in: folder) ?? next ?? .generate()
        let signer = try CheckpointSigner(origin: store.origin, key: key)
        let draft = try draft(signer.verifierKey, store: store, now: max(now, store.log.lastRecorded ?? now))
        // Held against the log's keys before anything is written.
        var keys = store.log.keys
        do throws(CheckpointKeyError) {
            try keys.rotate(to: signer.verifierKey.description, at: store.log.head.size)
        } catch {
            throw LogError.refused(.checkpointKey(error))
        }
        if try SiteKeys.nextCheckpoint(in: folder) == nil { try SiteKeys.prepareCheckpointKey(key, in: folder) }
        let entry = try store.log.append(announcing: signer, by: draft)
        try SiteKeys.replaceCheckpointKey(in: folder)
        return Result(old: old, new: signer.verifierKey, index: entry.index)
    }

    static func draft(_ key: VerifierKey, store: SiteStore, now: Instant) throws -> EntryDraft {
        try store.ownDraft(.checkpointKeyRotated, .object(["vkey": .text(key)]), now: now)
    }
}
