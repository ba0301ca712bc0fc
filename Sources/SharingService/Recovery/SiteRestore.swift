package import EventStore
import Foundation
import Projections

/// Puts a site together again from the three places of its backup.
package enum SiteRestore {
    /// Where the parts are.
    package struct Sources: Sendable {
        package let logFolder: String
        package let vaultFolder: String
        /// A copy of the site's folder `keys`.
        package let keysFolder: String

        package init(logFolder: String, vaultFolder: String, keysFolder: String) {
            self.logFolder = logFolder
            self.vaultFolder = vaultFolder
            self.keysFolder = keysFolder
        }
    }

    /// Copies keys, log and vault into a new folder, verifies them there, and draws the projections.
    /// - Parameters:
    ///   - folder: new or empty.
    ///   - key: the site's verifier key, pinned by other means; nil to take it from the keys restored.
    /// - Returns: a report that is not sound means that no projections were drawn; the folder stays, to be looked at, and is not
    ///   opened for serving.
    /// - Throws: `RecoveryError`, `DataFolderError`, `KeyFileError`, `StorageError`, `VaultError`, `LogError`, `SiteError`.
    package static func run(
        _ sources: Sources, to folder: DataFolder, key: VerifierKey?,
        progress: @escaping @Sendable (VerificationProgress) -> Void
    ) async throws -> VerificationReport {
        let (from, vaultFrom) = (DataFolder(path: sources.logFolder).log, DataFolder(path: sources.vaultFolder).vault)
        guard FileManager.default.fileExists(atPath: from) else { throw RecoveryError.noLog(path: sources.logFolder) }
        guard FileManager.default.fileExists(atPath: vaultFrom) else {
            throw RecoveryError.noVault(path: sources.vaultFolder)
        }
        let names = try keyFiles(sources.keysFolder)
        do throws(DataFolderError) {
            try folder.create()
        } catch {
            guard case .notEmpty(let path) = error else { throw error }
            throw folder.hasUnfinishedRestore ? RecoveryError.leftBehind(path: path) : .notEmpty(path: path)
        }
        let lock = try DataFolderLock(folder)
        defer { lock.release() }
        try KeyFile.write("not for serving", to: folder.unfinishedRestore)
        try copyKeys(names, from: sources.keysFolder, to: folder.keys)
        let keys = try SiteKeys.load(from: folder)
        let storage = try SQLiteLogStorage.immutable(path: from)
        try storage.backup(to: folder.log)
        try Vault.immutable(path: vaultFrom, kek: keys.kek).backup(to: folder.vault)
        for name in DataFolder.companions {
            let companion = sources.logFolder + "/" + name
            guard FileManager.default.fileExists(atPath: companion) else { continue }
            try DataFolder.backup(companion, to: folder.path + "/" + name, isAtRest: true)
        }
        _ = try DataFolder(path: sources.logFolder).backUpReplicas(to: folder.replicas, isAtRest: true)
        guard let newest = try storage.newestCheckpoint() else { throw LogError.empty }
        let origin = try SignedCheckpoint(parsing: newest.note).checkpoint.origin
        // Keys that were copied before the log's key changed cannot sign for it; a change half done can be finished.
        let signing = try SiteKeys.nextCheckpoint(in: folder).map { [$0.publicKey] } ?? []
        let own = try VerifierKey(name: origin, publicKey: keys.checkpoint.publicKey)
        let current = try CheckpointKeys(of: storage).current
        guard ([own.publicKey] + signing).contains(current.publicKey) else { throw LogError.signerNotCurrent }
        let report = try await SiteBackup.verify(
            log: folder.log, vault: folder.vault, timestamps: folder.timestamps, key: key ?? current, kek: keys.kek,
            progress: progress)
        guard report.isSound else { return report }
        guard unlink(folder.unfinishedRestore) == 0 else { throw RecoveryError.notWritable(path: folder.path) }
        // The store takes the lock itself.
        lock.release()
        let store = try SiteStore(folder: folder)
        try CatchUp.run(
            store.projections, from: store.log, replicas: store.replicas, progress: { _, _ in })
        return report
    }

    private static func keyFiles(_ folder: String) throws(RecoveryError) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        guard names.contains("kek"), names.contains("checkpoint.jwk") else { throw .noKeys(path: folder) }
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }

    /// Files of mode 0600 in a folder of mode 0700, written durably, whatever the copies' modes were.
    private static func copyKeys(_ names: [String], from source: String, to folder: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            for name in names {
                let text = try String(contentsOf: URL(filePath: source + "/" + name), encoding: .utf8)
                try KeyFile.write(text.trimmingCharacters(in: .newlines), to: folder + "/" + name)
            }
        } catch let error as KeyFileError {
            throw error
        } catch {
            throw RecoveryError.notWritable(path: folder)
        }
    }
}
