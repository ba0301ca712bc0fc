package import Encodings
package import EventStore
import Foundation

/// Copies a site's log (with what came of peers' logs, what the site has seen as a witness of others, and the log's timestamps) and its vault, beside a running daemon or without one. The keys are not copied: they belong in a third place.
package enum SiteBackup {
    /// What was written.
    package struct Result: Sendable {
        package let log: String
        package let vault: String
        /// Of the copies, read again from where they were written.
        package let report: VerificationReport
    }

    /// Copies the log first and then the vault, so that the vault is never older, verifies both, and only then gives them their names.
    /// - Parameters:
    ///   - logFolder: where `log.sqlite` goes; made, mode 0700, where it is not there.
    ///   - vaultFolder: where `vault.sqlite` goes; another folder.
    ///   - key: what the log is verified with: the first of its keys, or another.
    ///   - now: is noted in the site's folder, where it can be written.
    /// - Returns: with a report that is not sound, nothing was kept.
    /// - Throws: `RecoveryError`, `StorageError`, `VaultError`, `LogError`; nothing was kept.
    package static func run(
        _ folder: DataFolder, logTo logFolder: String, vaultTo vaultFolder: String, key: VerifierKey,
        kek: KeyEncryptionKey, now: Instant, progress: @escaping @Sendable (VerificationProgress) -> Void
    ) async throws -> Result {
        try make(logFolder)
        try make(vaultFolder)
        let canonical = [logFolder, vaultFolder].map { URL(filePath: $0).resolvingSymlinksInPath().path }
        guard canonical[0] != canonical[1] else { throw RecoveryError.samePlace }
        let (log, vault) = (DataFolder(path: logFolder).log, DataFolder(path: vaultFolder).vault)
        let companions = DataFolder.companions.map { (from: folder.path + "/" + $0, to: logFolder + "/" + $0) }
        let replicas = logFolder + "/replicas"
        for path in [log, vault, replicas] + companions.map(\.to) where FileManager.default.fileExists(atPath: path) {
            throw RecoveryError.taken(path: path)
        }
        let (logPart, vaultPart) = (log + ".part", vault + ".part")
        let replicasPart = replicas + ".part"
        let parts = [logPart, vaultPart, replicasPart] + companions.map { $0.to + ".part" }
        defer { for path in parts { try? FileManager.default.removeItem(atPath: path) } }
        // What an earlier backup left that was killed.
        for path in parts { try? FileManager.default.removeItem(atPath: path) }
        // Before the log, so that nothing in them is over a log that is larger than the copy.
        let present = companions.filter { FileManager.default.fileExists(atPath: $0.from) }
        for (from, to) in present { try DataFolder.backup(from, to: to + ".part", isAtRest: false) }
        try SQLiteLogStorage.readOnly(path: folder.log).backup(to: logPart)
        // Behind the log, so that what it says was known is there; before the vault, so that their bodies open.
        let hasReplicas = try folder.backUpReplicas(to: replicasPart, isAtRest: false)
        try Vault.readOnly(path: folder.vault, kek: kek).backup(to: vaultPart)
        let report = try await verify(
            log: logPart, vault: vaultPart, timestamps: DataFolder(path: logFolder).timestamps + ".part", key: key,
            kek: kek, progress: progress)
        if report.isSound {
            for (_, to) in present { try DataFolder.publish(to + ".part", as: to) }
            if hasReplicas { try FileManager.default.moveItem(atPath: replicasPart, toPath: replicas) }
            try DataFolder.publish(logPart, as: log)
            try DataFolder.publish(vaultPart, as: vault)
            BackupNote(time: now, size: report.entries).write(in: folder)
        }
        return Result(log: log, vault: vault, report: report)
    }

    /// Verifies files that nobody writes. Whose signatures the timestamps have is left to those who know the authority.
    static func verify(
        log path: String, vault vaultPath: String, timestamps: String, key: VerifierKey, kek: KeyEncryptionKey,
        progress: @escaping @Sendable (VerificationProgress) -> Void
    ) async throws -> VerificationReport {
        let storage = try SQLiteLogStorage.immutable(path: path)
        let vault = try Vault.immutable(path: vaultPath, kek: kek)
        let keys = CheckpointKeys(of: storage, pinned: key)
        let log = try ReadOnlyLog(storage: storage, keys: keys, vault: vault)
        let authority = LogAuthority(reading: log)
        var report = await LogVerifier(
            storage: storage, vault: vault, keys: keys, timeline: authority, known: authority.findings
        ).run(progress: progress)
        if let stamps = TimestampCheck(log: log, key: key, trusted: nil).run(path: timestamps, isAtRest: true) {
            report.add(stamps.findings)
        }
        return report
    }

    private static func make(_ folder: String) throws(RecoveryError) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .notWritable(path: folder)
        }
    }
}

extension DataFolder {
    /// Copies the replicas into a new folder of mode 0700.
    /// - Returns: whether there are any; nothing is made where there are none.
    func backUpReplicas(to copy: String, isAtRest: Bool) throws -> Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: replicas)) ?? []
        let files = names.filter { $0.hasSuffix(".sqlite") }.sorted()
        guard !files.isEmpty else { return false }
        try FileManager.default.createDirectory(
            atPath: copy, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for name in files { try Self.backup("\(replicas)/\(name)", to: "\(copy)/\(name)", isAtRest: isAtRest) }
        return true
    }
}
