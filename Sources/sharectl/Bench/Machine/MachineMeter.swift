import Crypto
import EventStore
import Foundation
import GRDB

/// Measures what this machine can do at most.
struct MachineMeter {
    /// Where the measurement works: the disk whose flushes count.
    let folder: String
    let workload: BenchWorkload
    /// Some signed events of the workload.
    let sample: [[UInt8]]

    private static let verificationSeconds = 0.75
    private static let hashSeconds = 0.2
    private static let flushSeconds = 0.4
    private static let insertSeconds = 0.4
    /// Rows of one transaction.
    private static let rows = 100_000
    /// What a processor's own cache holds.
    private static let hashedBytes = 65_536
    private static let pageBytes = 4_096
    private static let rowBytes = 1_024

    /// Makes a folder of its own in `folder`, and removes it.
    func limits() throws -> MachineLimits {
        let scratch = folder + "/limits-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: scratch, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let (inserts, rows) = try Self.inserts(in: scratch)
        return MachineLimits(
            cores: ProcessInfo.processInfo.activeProcessorCount,
            verificationsPerSecondPerCore: workload.verificationsPerSecondOfEach(
                of: sample, seconds: Self.verificationSeconds),
            sha256BytesPerSecondPerCore: Self.hashing(),
            fdatasyncsPerSecond: try Self.flushes(in: scratch), sqliteInsertsPerSecond: inserts,
            sqliteRowsPerSecond: rows)
    }

    private static func hashing() -> Double {
        let bytes = [UInt8](repeating: 0x5A, count: hashedBytes)
        let digest = SHA256.hash(data: bytes)
        let stopwatch = Stopwatch()
        var count: Int64 = 0
        while stopwatch.seconds < hashSeconds {
            // Compared, so that no hash is left out.
            guard SHA256.hash(data: bytes) == digest else { return 0 }
            count += 1
        }
        return stopwatch.rate(count) * Double(hashedBytes)
    }

    /// Each goes behind the last, as a journal grows.
    private static func flushes(in folder: String) throws -> Double {
        let descriptor = open(folder + "/flushed", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw BenchError.notWritable(path: folder) }
        defer { close(descriptor) }
        let page = [UInt8](repeating: 0x5A, count: pageBytes)
        let stopwatch = Stopwatch()
        var count: Int64 = 0
        while stopwatch.seconds < flushSeconds {
            guard write(descriptor, page, page.count) == page.count, flush(descriptor) == 0 else {
                throw BenchError.notWritable(path: folder)
            }
            count += 1
        }
        return stopwatch.rate(count)
    }

    private static func flush(_ descriptor: Int32) -> Int32 {
        #if os(Linux)
            fdatasync(descriptor)
        #else
            fcntl(descriptor, F_FULLFSYNC)
        #endif
    }

    /// Opened with the very settings that the log is opened with.
    private static func inserts(in folder: String) throws -> (single: Double, rows: Double) {
        let pool = try SQLiteFile.openForWriting(
            folder + "/limits.sqlite",
            SQLiteFile.Kind(
                applicationID: 0x5348_524C, version: 1,
                schema: """
                    CREATE TABLE record(idx INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
                    CREATE TABLE event(
                        idx INTEGER PRIMARY KEY, id BLOB NOT NULL, type TEXT NOT NULL, author TEXT NOT NULL, subject BLOB,
                        recorded INTEGER NOT NULL) STRICT;
                    """, secureDelete: false))
        defer { try? pool.close() }
        let bytes = Data(repeating: 0x5A, count: rowBytes)
        let stopwatch = Stopwatch()
        var count: Int64 = 0
        while stopwatch.seconds < insertSeconds {
            try pool.write { db in
                try db.cachedStatement(sql: "INSERT INTO record(bytes) VALUES (?)").execute(arguments: [bytes])
            }
            count += 1
        }
        let single = stopwatch.rate(count)
        let filling = Stopwatch()
        try pool.write { db in
            try db.execute(
                sql: """
                    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?)
                    INSERT INTO event(idx, id, type, author, subject, recorded)
                    SELECT n, randomblob(16), 'sharing.consent.given.v1', 'ods:BENCH', randomblob(16), n FROM number
                    """, arguments: [rows])
        }
        return (single, filling.rate(Int64(rows)))
    }
}
