package import Encodings
package import EventStore
import SharingModel

/// Gives a site another key that shipments to it are sealed to, while no daemon has the folder (docs/OPERATIONS.md, section 9).
///
/// The steps, each durable before the next:
/// 1. the new key is written beside the current one, as `hpke.next.jwk`;
/// 2. the log announces it, for everybody: peers seal to it from then on;
/// 3. the current key is kept under a name that says until when it was the one, and the new key takes its place.
///
/// Ended between 1 and 2, the current key goes on, and the next attempt announces the key that is there already. Ended between 2 and 3,
/// whoever opens the folder next takes step 3. What was sealed to either opens at every moment.
package enum ReceivingKeyChange {
    /// What is handed on.
    package struct Result: Sendable {
        package let new: AgreementPublicKey
        /// Position of the event that announces it.
        package let index: Int64
        /// Keys that had been kept for long enough, and are gone.
        package let destroyed: Int
    }

    /// - Parameters:
    ///   - folder: of a founded site, that nobody has open.
    ///   - next: the new key; nil to make one.
    /// - Throws: as `SiteStore.init`, `KeyFileError`, `LogError`.
    package static func run(_ folder: DataFolder, to next: AgreementKey? = nil, now: Instant) throws -> Result {
        let store = try SiteStore(folder: folder, now: now)
        defer { store.end() }
        let prepared = try SiteKeys.nextReceivingKey(in: folder)
        let key = prepared ?? next ?? .generate()
        if prepared == nil { try SiteKeys.prepareReceivingKey(key, in: folder) }
        let draft = try store.ownDraft(
            .hpkeKeyRotated, .object(["jwk": key.publicJWK]), now: max(now, store.log.lastRecorded ?? now))
        guard let entry = try store.log.append([draft]).first else { throw LogError.refused(.nothingToAppend) }
        try SiteKeys.replaceReceivingKey(in: folder, at: draft.recorded)
        return Result(new: key.publicKey, index: entry.index, destroyed: store.destroyedKeys)
    }

    /// Destroys every key that was replaced, without making a new one.
    /// - Returns: how many.
    package static func destroyReplaced(_ folder: DataFolder) throws -> Int {
        let store = try SiteStore(folder: folder)
        defer { store.end() }
        return store.destroyedKeys
            + (try SiteKeys.destroyReplacedReceivingKeys(in: folder, replacedBefore: nil))
    }

    /// Takes the last step of a change that was interrupted behind its announcement, and destroys what was kept for long enough.
    /// - Returns: how many were destroyed.
    static func finish(_ folder: DataFolder, _ storage: some LogStorage, author: AgencyID, now: Instant) throws -> Int {
        if let next = try SiteKeys.nextReceivingKey(in: folder),
            let announced = try announcement(of: next.publicKey, storage, author: author)
        {
            try SiteKeys.replaceReceivingKey(in: folder, at: announced)
        }
        return try SiteKeys.destroyReplacedReceivingKeys(
            in: folder, replacedBefore: now.adding(seconds: -ServiceLimits.receivingKeyKeptSeconds))
    }

    /// When the log announced a key; nil if it did not. It is asked only while a change is not finished.
    private static func announcement(
        of key: AgreementPublicKey, _ storage: some LogStorage, author: AgencyID
    ) throws -> Instant? {
        let size = try storage.entryCount()
        let type = EventType.hpkeKeyRotated.rawValue
        for stored in try storage.entries(in: 0..<size, mayBeOf: [type]).reversed() {
            guard let entry = try? Entry(parsing: stored.bytes), entry.type == type, entry.author == author.text,
                let sealed = try storage.bodies(in: stored.index..<(stored.index + 1)).first,
                let body = OpenedBody(plain: sealed.bytes), body.commitment == entry.commitment,
                let jwk = try? body.event().payload["data"]?["jwk"], (try? AgreementPublicKey(jwk: jwk)) == key
            else { continue }
            return entry.recorded
        }
        return nil
    }
}
