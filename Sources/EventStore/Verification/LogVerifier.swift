import Encodings
import Foundation

/// Verifies a log from its first byte to its last: entries, ids, clock, leaves, tiles, roots, every checkpoint that was
/// ever signed, bodies against commitments, and every author's signature under a key that was valid at that position.
///
/// Streams: what is in memory is a bounded number of chunks, however long the log is. It never stops at the first
/// finding. Roots are computed with `CompactRange` and not with the edge that the writer uses, so that one does not
/// vouch for the other's mistakes.
public struct LogVerifier: Sendable {
    private let storage: any LogStorage
    private let vault: Vault?
    private let keys: CheckpointKeys
    private let timeline: any KeyTimeline
    private let workers: Int
    private let vaultProblem: String?
    private let known: [Finding]
    /// How many persons of the vault are held in memory; the others are looked up. Tests set it.
    var rememberedPersons = Limits.tabledPersons

    /// Entries of one chunk: the leaves of one full tile, so that a worker can check the tile by itself.
    private static let chunk = TilePlace.width

    /// - Parameters:
    ///   - vault: opens the bodies about people; nil to count them as unavailable.
    ///   - keys: the keys that signed the log's checkpoints; the first of them, or another, pinned by other means.
    ///   - timeline: which keys were valid where.
    ///   - workers: how many chunks are verified at once; all cores if not given.
    ///   - vaultProblem: why a vault that should be here could not be opened; becomes a finding.
    ///   - known: what the caller found wrong while it followed the log's keys.
    public init(
        storage: any LogStorage, vault: Vault?, keys: CheckpointKeys, timeline: any KeyTimeline,
        workers: Int? = nil, vaultProblem: String? = nil, known: [Finding] = []
    ) {
        self.storage = storage
        self.vault = vault
        self.keys = keys
        self.known = known
        self.timeline = timeline
        self.vaultProblem = vaultProblem
        self.workers = max(1, workers ?? ProcessInfo.processInfo.activeProcessorCount)
    }

    /// The same for a log that has had one key only.
    public init(
        storage: any LogStorage, vault: Vault?, key: VerifierKey, timeline: any KeyTimeline,
        workers: Int? = nil, vaultProblem: String? = nil
    ) {
        self.init(
            storage: storage, vault: vault, keys: CheckpointKeys(first: key), timeline: timeline, workers: workers,
            vaultProblem: vaultProblem)
    }

    /// Verifies everything up to the newest checkpoint.
    /// - Parameter progress: is told after each chunk, in order.
    public func run(
        progress: @Sendable (VerificationProgress) -> Void = { _ in }
    ) async -> VerificationReport {
        var report = VerificationReport()
        guard let size = size(&report) else { return report }
        var spine = VerifierSpine(storage: storage, size: size)
        var firstLost: Int64?
        let pending = pending(size, &report)
        async let flaws = flaws()
        let ids = IDCheck(storage: storage, size: size)
        async let indexed = ids.indexed()
        async let structure = vault?.structure()
        // Persons are known before the first body is opened, so that none is looked up by itself.
        let vaultCheck = vault?.check(remembering: rememberedPersons)
        var places = PlacesFingerprint()
        await withTaskGroup(of: ChunkResult.self) { group in
            var starts = stride(from: 0, to: max(size, 1), by: Int64.Stride(Self.chunk)).makeIterator()
            let checker = ChunkChecker(
                storage: storage, vault: vault, timeline: timeline, keys: keys, pending: pending,
                persons: vaultCheck?.persons ?? PersonTable())
            // Results wait here until all before them have come; never more than are in flight.
            var waiting: [Int64: ChunkResult] = [:]
            var next: Int64 = 0
            var inFlight = 0
            var sawTheEnd = false
            while true {
                while inFlight + waiting.count < 2 * workers, !sawTheEnd, !Task.isCancelled, let start = starts.next() {
                    let range = start..<min(start + Self.chunk, size)
                    group.addTask { checker.check(range) }
                    inFlight += 1
                }
                guard let result = await group.next() else { break }
                inFlight -= 1
                // A size that was made up must not keep us looking for entries for ever.
                if result.leaves.allSatisfy({ $0 == nil }) { sawTheEnd = true }
                places.add(result.places)
                waiting[result.range.lowerBound] = result
                while let result = waiting.removeValue(forKey: next) {
                    next = result.range.upperBound
                    report.bodies += result.bodies
                    report.unavailable += result.unavailable
                    report.add(underDistrustedKeys: result.underDistrustedKeys)
                    report.add(result.findings)
                    firstLost = firstLost ?? result.firstLost
                    spine.take(result, &report)
                    progress(.init(entries: next, total: size, findings: report.findingCount))
                }
            }
        }
        report.add(await flaws)
        let index = await indexed
        if !Task.isCancelled { report.add(ids.findings(entries: places, index: index)) }
        report.add(known)
        report.add(changesWithoutCheckpoint(size))
        report.add(await structure ?? [])
        if let vaultProblem { report.add([Finding(.vaultUnreadable, vaultProblem)]) }
        if let check = vaultCheck { judge(check, firstLost: firstLost, &report) }
        report.wasCancelled = Task.isCancelled
        if !report.wasCancelled { spine.finish(&report) }
        return report
    }

    /// The size to verify: the newest checkpoint's, or what is stored where that is less. What lies beyond is a finding
    /// already.
    private func size(_ report: inout VerificationReport) -> Int64? {
        do throws(StorageError) {
            guard let stored = try storage.newestCheckpoint() else {
                report.add([Finding(.headUnreadable, "there is no checkpoint")])
                return nil
            }
            let count = try storage.entryCount()
            // A daemon at work may have appended between the two reads.
            let newest = try storage.newestCheckpoint() ?? stored
            if let checkpoint = try? SignedCheckpoint(parsing: stored.note).verified(by: keys) {
                report.checkpoint = checkpoint
            }
            if count < stored.size || count > newest.size {
                report.add([
                    Finding(.sizeMismatch, "the newest checkpoint has size \(stored.size), stored are \(count) entries")
                ])
            }
            return max(0, min(count, stored.size))
        } catch {
            report.add([Finding(.storageFailed, error.description)])
            return nil
        }
    }

    /// Where the key changed there must be a checkpoint that both signed, or nobody could follow from one to the other.
    private func changesWithoutCheckpoint(_ size: Int64) -> [Finding] {
        keys.rotations.map { $0.index + 1 }.filter { covered in
            guard covered <= size else { return false }
            return (try? storage.checkpoints(from: covered, limit: 1).first)?.size != covered
        }.map { Finding(.checkpointMissing, at: $0, "no checkpoint covers the change of its key") }
    }

    /// What the engine says of the log's own file.
    private func flaws() -> [Finding] {
        do throws(StorageError) {
            return try storage.flaws().map { Finding($0) }
        } catch {
            return [Finding(.storageFailed, "log.sqlite: \(error)")]
        }
    }

    /// Persons whom the vault takes for staged and not needed yet.
    private func pending(_ size: Int64, _ report: inout VerificationReport) -> Set<UniqueID> {
        guard let vault else { return [] }
        do throws(VaultError) {
            return try vault.pending(logSize: size)
        } catch {
            report.add([Finding(.storageFailed, "vault.sqlite: \(error)")])
            return []
        }
    }

    /// What the vault's rows say, held against the log.
    private func judge(_ check: VaultCheck, firstLost: Int64?, _ report: inout VerificationReport) {
        report.people = check.subjects
        report.identifiers = check.identifiers
        report.add(check.findings)
        // The vault was read after the size was, so the log's size is read once more.
        let now = (try? storage.entryCount()) ?? 0
        if check.knownLogSize > now { report.vaultSawSize = check.knownLogSize }
        guard let firstLost, check.newestPosition < firstLost, check.knownLogSize <= firstLost else { return }
        let newest = check.newestPosition < 0 ? "it has no row" : "its newest row is for entry \(check.newestPosition)"
        report.add([
            Finding(
                .vaultOlder, at: firstLost,
                "the vault is older than the log (\(newest)): restore the vault's newest backup, or nobody first met here can be read"
            )
        ])
    }
}
