public import Encodings
import Foundation

/// The keys that shipments are sealed to (docs/SHIPPING.md, section 4): `hpke.jwk` is the newest, and one that was replaced stays as
/// `hpke.until-<milliseconds>.jwk`, named by when, for what was sealed to it and is still on its way.
///
/// At every moment of a change `hpke.jwk` is there, and so is every key that anything may be sealed to.
extension SiteKeys {
    /// A key that was replaced.
    public struct ReplacedKey: Sendable {
        public let key: AgreementKey
        /// When its successor was announced.
        public let until: Instant
        let path: String
    }

    /// All that shipments may be sealed to, the newest first.
    public var receiving: [AgreementKey] { [hpke] + replacedHPKE }

    /// The key that is to receive next, while a change of it is not finished; nil otherwise.
    public static func nextReceivingKey(in folder: DataFolder) throws(KeyFileError) -> AgreementKey? {
        guard FileManager.default.fileExists(atPath: folder.nextReceivingKey) else { return nil }
        return try KeyFile.agreementKey(folder.nextReceivingKey)
    }

    /// Writes the key that is to receive next beside the current one, durably.
    public static func prepareReceivingKey(_ key: AgreementKey, in folder: DataFolder) throws(KeyFileError) {
        try KeyFile.write(key.privateJWK.text, to: folder.nextReceivingKey)
        try syncKeys(folder)
    }

    /// Puts the next key in the place of the current one, durably, and keeps that under its new name.
    ///
    /// Call it only when the log has announced the next key, and again with the same moment where it was interrupted.
    /// - Parameter moment: when the log announced it.
    public static func replaceReceivingKey(in folder: DataFolder, at moment: Instant) throws(KeyFileError) {
        let current = path("hpke.jwk", folder)
        let kept = path("hpke.until-\(moment.milliseconds).jwk", folder)
        // A second name first, so that the key is never without one.
        guard link(current, kept) == 0 || errno == EEXIST else { throw .notWritable(path: kept) }
        try syncKeys(folder)
        guard rename(folder.nextReceivingKey, current) == 0 else { throw .notWritable(path: current) }
        try syncKeys(folder)
    }

    /// Those that were replaced and not yet destroyed, the newest first.
    public static func replacedReceivingKeys(in folder: DataFolder) throws(KeyFileError) -> [ReplacedKey] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.keys)) ?? []
        var keys: [ReplacedKey] = []
        for name in names where name.hasPrefix("hpke.until-") && name.hasSuffix(".jwk") {
            guard let milliseconds = Int64(name.dropFirst("hpke.until-".count).dropLast(".jwk".count)) else { continue }
            let path = path(name, folder)
            keys.append(
                ReplacedKey(
                    key: try KeyFile.agreementKey(path), until: Instant(milliseconds: milliseconds), path: path))
        }
        return keys.sorted { $0.until > $1.until }
    }

    /// Destroys keys that were replaced: their bytes are written over as far as the disk lets one, and their files are gone. What is sealed
    /// to them, and not here yet, can then be opened by nobody.
    /// - Parameter moment: those that were replaced before it; nil for all.
    /// - Returns: how many.
    @discardableResult
    public static func destroyReplacedReceivingKeys(
        in folder: DataFolder, replacedBefore moment: Instant?
    ) throws(KeyFileError) -> Int {
        let current = try KeyFile.agreementKey(path("hpke.jwk", folder)).publicKey
        var count = 0
        for old in try replacedReceivingKeys(in: folder) {
            if let moment, old.until >= moment { continue }
            // After an interrupted change this is the current key's second name: only the name may go.
            let isOnlyAName = old.key.publicKey == current
            let handle = isOnlyAName ? nil : FileHandle(forUpdatingAtPath: old.path)
            if let handle { KeyFile.overwrite(handle) }
            guard unlink(old.path) == 0 else { throw .notWritable(path: old.path) }
            count += isOnlyAName ? 0 : 1
        }
        if count > 0 { try syncKeys(folder) }
        return count
    }
}
