import Encodings
import Foundation
import GRDB
import Support
import Testing

@testable import EventStore

/// Flips a bit in one byte after the other of a log's files. Every flip must be found, by opening or by verifying, or
/// change nothing that the files say.
@Suite struct FlippedByteTests {
    /// The whole takes long; CI takes a stratified part (`make soak` the whole).
    static let isSoak = ProcessInfo.processInfo.environment["SHARING_SOAK"] == "1"

    /// A small log at rest, with what is needed to open it.
    private struct Specimen {
        let folder: DataFolder
        let key: VerifierKey
        let kek: KeyEncryptionKey
        let author: PublicKey
        let temporary: TemporaryFolder

        /// Two persons, one of them with two identifiers, and an event about nobody; with `count` more of these.
        init(entries count: Int = 0) throws {
            let site = try Site()
            let person = try site.person()
            try site.append(1, subject: person, naming: "nhs:9476719931")
            let other = try site.person("nhs:4010232137")
            _ = try site.vault.stageLink(identifier: "upn:H801200001001", subject: other, at: site.log.head.size)
            try site.append(2, subject: other, naming: "nhs:4010232137")
            try site.append(1 + count)
            temporary = try TemporaryFolder()
            folder = DataFolder(path: temporary.url.path)
            key = site.signer.verifierKey
            kek = site.kek
            author = site.author.publicKey
            for (from, to) in [(site.folder.log, folder.log), (site.folder.vault, folder.vault)] {
                let queue = try DatabaseQueue(path: from)
                _ = try queue.inDatabase { try $0.checkpoint(.truncate) }
                try FileManager.default.copyItem(atPath: from, toPath: to)
            }
        }

        /// Nil if the files do not open.
        func verify() async -> VerificationReport? {
            guard let storage = try? SQLiteLogStorage.immutable(path: folder.log),
                let vault = try? Vault.immutable(path: folder.vault, kek: kek)
            else { return nil }
            return await LogVerifier(
                storage: storage, vault: vault, key: key, timeline: SingleKey(key: author), workers: 1
            ).run()
        }

        /// Everything that the files say, in text: every value of every row as the tables have it and as the indexes find
        /// it, and the schema with its triggers. Positions that vault rows were written for only say "needed" once they are
        /// below the log's size, and the vault's note of that size only guards an older log: neither changes what anybody
        /// reads.
        func content() throws -> [String] {
            var content: [String] = []
            for (path, queries) in [
                (
                    folder.log,
                    [
                        "SELECT * FROM entry ORDER BY idx", "SELECT * FROM body ORDER BY idx",
                        "SELECT * FROM tile NOT INDEXED ORDER BY level, n", "SELECT * FROM checkpoint ORDER BY size",
                        "SELECT id, idx FROM entry INDEXED BY sqlite_autoindex_entry_1 ORDER BY id",
                        "SELECT level, n FROM tile INDEXED BY sqlite_autoindex_tile_1 ORDER BY level, n",
                        Self.schema,
                    ]
                ),
                (
                    folder.vault,
                    [
                        "SELECT ref, wrapped, staged_for < 4 FROM subject NOT INDEXED ORDER BY ref",
                        "SELECT blind, subject, sealed, staged_for < 4 FROM identifier NOT INDEXED ORDER BY blind",
                        "SELECT only, proof, log_size <= 4 FROM state",
                        "SELECT ref FROM subject INDEXED BY sqlite_autoindex_subject_1 ORDER BY ref",
                        "SELECT blind FROM identifier INDEXED BY sqlite_autoindex_identifier_1 ORDER BY blind",
                        "SELECT subject FROM identifier INDEXED BY identifier_by_subject ORDER BY subject",
                        Self.schema,
                    ]
                ),
            ] {
                var configuration = Configuration()
                configuration.readonly = true
                let queue = try DatabaseQueue(path: "file:\(path)?immutable=1", configuration: configuration)
                try queue.read { db in
                    for query in queries { content += try Row.fetchAll(db, sql: query).map(Self.text) }
                }
            }
            return content
        }

        /// As text, which is what SQLite reads there whatever a cell says of itself.
        private static let schema = """
            SELECT CAST(type AS TEXT), CAST(name AS TEXT), CAST(tbl_name AS TEXT), CAST(sql AS TEXT) FROM sqlite_schema ORDER BY 2
            """

        /// With blobs in full: their description only has their length.
        private static func text(_ row: Row) -> String {
            row.map { name, value in
                if case .blob(let data) = value.storage { return "\(name) \(Hex.encode(Array(data)))" }
                return "\(name) \(value)"
            }.joined(separator: ", ")
        }
    }

    /// How the flips of one file were told.
    private struct Tally: CustomStringConvertible {
        var notOpened = 0
        var found = 0
        /// Sound, and said to be a log that is older than its vault: somebody restored a backup, for all that the two can tell.
        var older = 0
        var irrelevant = 0
        var missed: [String] = []

        var description: String {
            "\(notOpened + found + older + irrelevant + missed.count) flipped: \(notOpened) do not open, \(found) found by "
                + "verifying, \(older) make the log look restored, \(irrelevant) change nothing, \(missed.count) missed"
        }
    }

    private func flip(_ specimen: Specimen, _ path: String, at places: [Int]) async throws -> Tally {
        let whole = try Data(contentsOf: URL(filePath: path))
        let content = try specimen.content()
        let handle = try FileHandle(forUpdating: URL(filePath: path))
        defer { try? handle.close() }
        var tally = Tally()
        for place in places {
            let bit: UInt8 = 1 << UInt8((place &* 5 &+ place / 8) % 8)
            try handle.seek(toOffset: UInt64(place))
            try handle.write(contentsOf: Data([whole[place] ^ bit]))
            if let report = await specimen.verify() {
                if !report.isSound {
                    tally.found += 1
                } else if report.vaultSawSize != nil {
                    tally.older += 1
                } else {
                    let now = (try? specimen.content()) ?? []
                    let changes = now.difference(from: content).map { "\($0)" }
                    if changes.isEmpty {
                        tally.irrelevant += 1
                    } else {
                        tally.missed.append("\(place): \(changes)")
                    }
                }
            } else {
                tally.notOpened += 1
            }
            try handle.seek(toOffset: UInt64(place))
            try handle.write(contentsOf: Data([whole[place]]))
        }
        #expect(await specimen.verify()?.isSound == true, "the last flip was taken back")
        return tally
    }

    /// Places spread over the whole, at steps that meet every page and every part of a page.
    private func places(_ range: Range<Int>, sample: Int) -> [Int] {
        guard !Self.isSoak, range.count > sample else { return Array(range) }
        return stride(from: 0, to: sample, by: 1).map { range.lowerBound + $0 * range.count / sample + $0 % 7 }
            .filter(range.contains)
    }

    /// The used parts of a database's pages: a sample of all bytes would mostly meet free space.
    private func occupied(_ path: String) throws -> [Int] {
        let data = try Data(contentsOf: URL(filePath: path))
        return data.indices.filter { data[$0] != 0 }
    }

    @Test(
        "a flipped bit anywhere in a log's or a vault's file is found, or changes nothing", arguments: ["log", "vault"])
    func everyByte(name: String) async throws {
        let specimen = try Specimen()
        #expect(await specimen.verify()?.isSound == true)
        let path = name == "log" ? specimen.folder.log : specimen.folder.vault
        let size = try Data(contentsOf: URL(filePath: path)).count
        var chosen = Set(places(0..<size, sample: 150))
        let used = try occupied(path)
        for place in places(0..<used.count, sample: 350) { chosen.insert(used[place]) }
        let tally = try await flip(specimen, path, at: chosen.sorted())
        print("\(name).sqlite, \(size) bytes, \(tally)")
        #expect(tally.missed.isEmpty, "not found: \(tally.missed.prefix(20))")
        #expect(tally.found + tally.notOpened > 100)
    }

    @Test("a flipped bit in a full tile is found, and named")
    func tile() async throws {
        let specimen = try Specimen(entries: 256)
        let data = try Data(contentsOf: URL(filePath: specimen.folder.log))
        let tile = try SQLiteLogStorage.immutable(path: specimen.folder.log).tile(TilePlace(level: 0, number: 0))
        let hashes = try #require(tile.flatMap(FullTile.hashes))
        // A hash that lies across two pages is in two pieces, and not looked for.
        let starts = hashes.compactMap { data.firstRange(of: Data($0.bytes))?.lowerBound }
        #expect(starts.count > 250)
        let sample = stride(from: 0, to: starts.count, by: Self.isSoak ? 1 : 23).map { starts[$0] + $0 % 32 }
        let tally = try await flip(specimen, specimen.folder.log, at: sample)
        print("a full tile, \(tally)")
        #expect(tally.missed.isEmpty)
        #expect(tally.irrelevant == 0)
    }

    @Test("a file that was cut off anywhere is found", arguments: ["log", "vault"])
    func truncated(name: String) async throws {
        let specimen = try Specimen()
        let path = name == "log" ? specimen.folder.log : specimen.folder.vault
        let whole = try Data(contentsOf: URL(filePath: path))
        let lengths =
            Self.isSoak
            ? Array(stride(from: 0, to: whole.count, by: 64)) : Array(stride(from: 0, to: whole.count, by: 1237))
        for length in lengths {
            try whole.prefix(length).write(to: URL(filePath: path))
            let report = await specimen.verify()
            #expect(report?.isSound != true, "cut off after \(length) bytes")
        }
        print("\(name).sqlite cut off at \(lengths.count) lengths: all found")
    }
}

extension Site {
    /// Events that name their person, as CloudEvents do.
    @discardableResult
    func append(_ count: Int, subject: UniqueID, naming identifier: String) throws -> [AppendedEntry] {
        try log.append(
            (0..<count).map { _ in
                let (id, time) = (UniqueID.random(), now())
                let payload = JSON.object([
                    "specversion": "1.0", "id": .string(id.description), "source": .string(Payload.source),
                    "site": .string(Site.origin), "type": .string(Payload.type), "time": .string(time.description),
                    "subject": .string(identifier), "datacontenttype": "application/json", "data": .object([:]),
                ])
                let event = try UnverifiedEvent(
                    parsing: EventSigner.sign(payload: payload, key: author, disclosures: [])
                ).verified(by: author.publicKey)
                return EntryDraft(
                    event: event, id: id, type: Payload.type, author: Payload.source, subject: subject,
                    audience: ["ods:RBS25"], cause: nil, occurred: time, recorded: time)
            })
    }
}
