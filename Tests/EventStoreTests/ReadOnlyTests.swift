import Encodings
import Foundation
import GRDB
import Support
import Testing

@testable import EventStore

@Suite struct ReadOnlyTests {
    private func open(_ site: Site) throws -> ReadOnlyLog {
        try ReadOnlyLog(folder: site.folder, keys: CheckpointKeys(first: site.signer.verifierKey), kek: site.kek)
    }

    @Test("beside a running writer, a reader sees what was committed, opens bodies, and follows when it is told to")
    func beside() throws {
        let site = try Site()
        let person = try site.person()
        try site.append(3, subject: person)
        let reader = try open(site)
        #expect(reader.head.checkpoint == site.log.head.checkpoint)
        #expect(try reader.body(at: 2).opened != nil)
        try site.append(300)
        #expect(reader.head.size == 3)
        #expect(throws: LogError.outOfRange) { try reader.entry(at: 3) }
        #expect(try reader.refresh().size == 303)
        #expect(try reader.tlogProof(302).text == site.log.tlogProof(302).text)
        try site.append(1)
        #expect(try reader.refresh().size == 304)
    }

    @Test(
        "without a writer, after a clean end or a crash that left a write-ahead log, reading works and changes no byte"
    )
    func alone() throws {
        let temporary = try TemporaryFolder()
        let copy = DataFolder(path: temporary.url.path)
        var key: VerifierKey?
        var kek: KeyEncryptionKey?
        do {
            let site = try Site()
            let person = try site.person()
            try site.append(300, subject: person)
            key = site.signer.verifierKey
            kek = site.kek
            // What a kill leaves behind: database and write-ahead log as they are now, and no shared memory.
            for name in ["log.sqlite", "log.sqlite-wal", "vault.sqlite", "vault.sqlite-wal"] {
                try FileManager.default.copyItem(atPath: site.folder.path + "/" + name, toPath: copy.path + "/" + name)
            }
        }
        let before = try ["log.sqlite", "log.sqlite-wal", "vault.sqlite", "vault.sqlite-wal"].map {
            try Data(contentsOf: URL(filePath: copy.path + "/" + $0))
        }
        do {
            let reader = try ReadOnlyLog(folder: copy, keys: CheckpointKeys(first: #require(key)), kek: kek)
            #expect(reader.head.size == 300)
            #expect(try reader.body(at: 299).opened != nil)
        }
        let after = try ["log.sqlite", "log.sqlite-wal", "vault.sqlite", "vault.sqlite-wal"].map {
            try Data(contentsOf: URL(filePath: copy.path + "/" + $0))
        }
        #expect(before == after)
        // A clean end: the writer's last connection moves the write-ahead log into the database.
        do { _ = try SQLiteLogStorage(path: copy.log) }
        #expect(!FileManager.default.fileExists(atPath: copy.log + "-wal"))
        let clean = try Data(contentsOf: URL(filePath: copy.log))
        #expect(try ReadOnlyLog(folder: copy, keys: CheckpointKeys(first: #require(key)), kek: kek).head.size == 300)
        #expect(try Data(contentsOf: URL(filePath: copy.log)) == clean)
    }

    @Test("a file that is taken as immutable is read, and nothing is created beside it")
    func immutable() throws {
        let temporary = try TemporaryFolder()
        let copy = temporary.path("a folder/log.sqlite")
        try FileManager.default.createDirectory(atPath: temporary.path("a folder"), withIntermediateDirectories: true)
        do {
            let site = try Site()
            try site.append(20)
            site.storage.inner = try SQLiteLogStorage(path: temporary.path("unused.sqlite"))
            try FileManager.default.copyItem(atPath: site.folder.log, toPath: copy)
        }
        do { _ = try SQLiteLogStorage(path: copy) }
        let pool = try SQLiteFile.openForReading(copy, SQLiteLogStorage.kind, folderIsWritable: false)
        #expect(try pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM entry") } == 20)
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.path("a folder")) == ["log.sqlite"])
    }

    @Test("nothing can be appended through storage that was opened for reading")
    func refuses() throws {
        let site = try Site()
        try site.append(1)
        let storage = try SQLiteLogStorage.readOnly(path: site.folder.log)
        let batch = LogBatch(expectedSize: 1, records: [], tiles: [], checkpoint: StoredCheckpoint(size: 1, note: ""))
        #expect(throws: StorageError.readOnly) { try storage.append(batch) }
    }

    @Test("a log whose entries do not give the signed root is not opened")
    func damaged() throws {
        let site = try Site()
        try site.append(10)
        try site.tamper("UPDATE entry SET bytes = CAST(replace(bytes, 'RBS25', 'RBS26') AS BLOB) WHERE idx = 4")
        #expect(throws: LogError.rootMismatch(size: 10)) { try open(site) }
        #expect(throws: LogError.rootMismatch(size: 10)) { try site.reopen() }
    }
}

@Suite struct DataFolderTests {
    @Test("a data folder is held by one process, and free again when that has ended")
    func lock() throws {
        let temporary = try TemporaryFolder()
        let folder = DataFolder(path: temporary.url.path)
        var first: DataFolderLock? = try DataFolderLock(folder)
        #expect(throws: DataFolderError.inUse(path: folder.path)) { try DataFolderLock(folder) }
        _ = first
        first = nil
        #expect(throws: Never.self) { try DataFolderLock(folder) }
        #expect(throws: DataFolderError.self) { try DataFolderLock(DataFolder(path: folder.path + "/none")) }
    }

    @Test("a site's folder is made for its owner alone, and never over something that is there")
    func create() throws {
        let temporary = try TemporaryFolder()
        let folder = DataFolder(path: temporary.path("site"))
        try folder.create()
        try folder.create()
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path)[.posixPermissions] as? Int
        #expect(mode == 0o700)
        _ = try SiteKeys.create(in: folder)
        #expect(throws: DataFolderError.notEmpty(path: folder.path)) { try folder.create() }
    }

    @Test("a site's keys are written once, for their owner alone, and read again as themselves")
    func keys() throws {
        let temporary = try TemporaryFolder()
        let folder = DataFolder(path: temporary.path("site"))
        try folder.create()
        let keys = try SiteKeys.create(in: folder)
        #expect(throws: KeyFileError.exists(path: folder.keys + "/operator.jwk")) { try SiteKeys.create(in: folder) }
        for name in ["operator.jwk", "site.jwk", "checkpoint.jwk", "witness.jwk", "hpke.jwk", "kek"] {
            let mode =
                try FileManager.default.attributesOfItem(atPath: folder.keys + "/" + name)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
        let again = try SiteKeys.load(from: folder)
        #expect(again.operator?.thumbprint == keys.operator?.thumbprint)
        #expect(again.site.thumbprint == keys.site.thumbprint)
        #expect(again.checkpoint.thumbprint == keys.checkpoint.thumbprint)
        #expect(again.witness.thumbprint == keys.witness.thumbprint)
        #expect(again.hpke.publicJWK == keys.hpke.publicJWK)
        #expect(again.kek.text == keys.kek.text)
        try FileManager.default.removeItem(atPath: folder.keys + "/operator.jwk")
        #expect(try SiteKeys.load(from: folder).operator == nil)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.keys + "/kek")
        #expect(throws: KeyFileError.tooOpen(path: folder.keys + "/kek")) { try SiteKeys.load(from: folder) }
        try FileManager.default.removeItem(atPath: folder.keys + "/site.jwk")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.keys + "/kek")
        #expect(throws: KeyFileError.notReadable(path: folder.keys + "/site.jwk")) { try SiteKeys.load(from: folder) }
        // A folder in a file's place, whatever its mode: nobody is told to take the right to enter it away.
        #expect(throws: KeyFileError.notReadable(path: "/")) { try KeyFile.read("/") }
        #expect(throws: KeyFileError.notReadable(path: folder.keys)) { try KeyFile.read(folder.keys) }
    }
}
