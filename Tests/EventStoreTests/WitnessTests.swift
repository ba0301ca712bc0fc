import Encodings
import EventStore
import Foundation
import GRDB
import Support
import Testing

/// C2SP tlog-witness v1.0.0, and what it must never do: vouch for two histories.
@Suite struct WitnessTests {
    private static let origin = "log.example/one"
    private let folder: TemporaryFolder
    private let logKey = SigningKey.generate()
    private let witnessKey = SigningKey.generate()
    private let now = Instant(seconds: 1_700_000_000)

    init() throws { folder = try TemporaryFolder() }

    private func witness() throws -> Witness {
        try Witness(
            path: folder.path("witness.sqlite"), cosigner: Cosignature(name: "witness.example/w", key: witnessKey),
            logs: [NoteSigner(name: Self.origin, key: logKey).verifierKey])
    }

    /// The log's own tree, or a forked one that differs from a leaf on.
    private func root(_ size: Int, forkedAt fork: Int = .max) -> MerkleHash { Merkle.root(of: leaves(size, fork)) }

    private func leaves(_ size: Int, _ fork: Int = .max) -> [MerkleHash] {
        (0..<size).map { .leaf(Array((($0 >= fork ? "forked " : "leaf ") + String($0)).utf8)) }
    }

    private func checkpoint(_ size: Int, forkedAt fork: Int = .max, by key: SigningKey? = nil, origin: String = origin)
        throws
        -> SignedCheckpoint
    {
        let text = "\(origin)\n\(size)\n\(root(size, forkedAt: fork).base64)\n"
        return try SignedCheckpoint(parsing: try NoteSigner(name: origin, key: key ?? logKey).sign(text).note)
    }

    private func request(_ old: Int, _ size: Int, forkedAt fork: Int = .max) throws -> AddCheckpointRequest {
        AddCheckpointRequest(
            oldSize: Int64(old), proof: old == 0 ? [] : consistency(leaves(size, fork), old),
            checkpoint: try checkpoint(size, forkedAt: fork))
    }

    /// RFC 9162 §2.1.4.1, as it is written there.
    private func consistency(_ leaves: [MerkleHash], _ old: Int, isWhole: Bool = true) -> [MerkleHash] {
        if old == leaves.count { return isWhole ? [] : [Merkle.root(of: leaves)] }
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        let (left, right) = (Array(leaves[..<split]), Array(leaves[split...]))
        return old <= split
            ? consistency(left, old, isWhole: isWhole) + [Merkle.root(of: right)]
            : consistency(right, old - split, isWhole: false) + [Merkle.root(of: left)]
    }

    private func refusal(_ witness: Witness, _ request: AddCheckpointRequest) -> WitnessRefusal? {
        do throws(WitnessRefusal) {
            _ = try witness.add(request, now: now)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a consistent checkpoint is cosigned, and the line verifies under the note`() throws {
        let witness = try witness()
        for (old, size) in [(0, 3), (3, 8), (8, 8), (8, 100)] {
            let request = try request(old, size)
            let line = try witness.add(request, now: now)
            let note = try SignedNote(parsing: request.checkpoint.note + line)
            let verified = try note.verified(by: [witness.verifierKey])
            #expect(verified.map(\.time) == [1_700_000_000])
        }
    }

    @Test func `each refusal is the specification's`() throws {
        let witness = try witness()
        _ = try witness.add(try request(0, 5), now: now)
        let stranger = AddCheckpointRequest(
            oldSize: 0, proof: [], checkpoint: try checkpoint(5, origin: "other.example"))
        let forged = AddCheckpointRequest(oldSize: 5, proof: [], checkpoint: try checkpoint(6, by: .generate()))
        let good = try request(5, 9)
        #expect(refusal(witness, stranger) == .unknownOrigin)
        #expect(refusal(witness, forged) == .notSigned)
        #expect(
            refusal(witness, AddCheckpointRequest(oldSize: 7, proof: [], checkpoint: try checkpoint(6)))
                == .oldBeyondCheckpoint)
        #expect(refusal(witness, try request(0, 9)) == .otherSize(5))
        #expect(refusal(witness, try request(4, 9)) == .otherSize(5))
        #expect(
            refusal(witness, AddCheckpointRequest(oldSize: 5, proof: [], checkpoint: good.checkpoint)) == .inconsistent)
        #expect(refusal(witness, try request(5, 9, forkedAt: 2)) == .fork)
        #expect(refusal(witness, try request(5, 5, forkedAt: 2)) == .fork)
        #expect(refusal(witness, good) == nil)
    }

    @Test func `a proof sent where none is due is refused`() throws {
        let witness = try witness()
        let request = AddCheckpointRequest(oldSize: 0, proof: [.emptyRoot], checkpoint: try checkpoint(5))
        #expect(refusal(witness, request) == .inconsistent)
    }

    @Test func `what it has seen outlives it, a rolled-back log too`() throws {
        do { _ = try witness().add(try request(0, 50), now: now) }
        let again = try witness()
        #expect(refusal(again, try request(0, 10)) == .otherSize(50))
        #expect(refusal(again, try request(0, 0)) == .otherSize(50))
        let seen = try SignedCheckpoint(parsing: try #require(try again.lastSeen(Self.origin)))
        #expect(seen.checkpoint == (try checkpoint(50).checkpoint))
        let key = try NoteSigner(name: Self.origin, key: logKey).verifierKey
        #expect(try seen.signedNote.verified(by: [key, again.verifierKey]).count == 2)
        #expect(try again.lastSeen(originHash: Witness.hash(origin: Self.origin)) == seen.note)
        #expect(try again.lastSeen(originHash: Witness.hash(origin: "other.example")) == nil)
        #expect(refusal(again, try request(50, 51)) == nil)
    }

    /// What remains are its own two signatures: whoever holds both has the proof.
    @Test func `a witness whose file was deleted has forgotten, and cosigns another history`() throws {
        let (first, second) = (try request(0, 8), try request(0, 8, forkedAt: 3))
        let line = try witness().add(first, now: now)
        #expect(refusal(try witness(), second) == .otherSize(8))
        for name in ["witness.sqlite", "witness.sqlite-wal", "witness.sqlite-shm"] {
            try? FileManager.default.removeItem(atPath: folder.path(name))
        }
        let witness = try witness()
        let other = try witness.add(second, now: now)
        #expect(try witness.evidence().isEmpty)
        for (request, line) in [(first, line), (second, other)] {
            let note = try SignedNote(parsing: request.checkpoint.note + line)
            #expect(try note.verified(by: [witness.verifierKey]).count == 1)
        }
    }

    @Test func `a fork leaves evidence that both checkpoints are the log's own`() throws {
        let witness = try witness()
        _ = try witness.add(try request(0, 5), now: now)
        for _ in 0..<2 { #expect(refusal(witness, try request(5, 5, forkedAt: 2)) == .fork) }
        let evidence = try witness.evidence()
        #expect(evidence.count == 1)
        let key = try NoteSigner(name: Self.origin, key: logKey).verifierKey
        let fork = try #require(evidence.first)
        try fork.verified(by: key)
        #expect(fork.kind == .fork)
        #expect(fork.older.checkpoint.size == fork.newer.checkpoint.size)
        #expect(fork.older.checkpoint.root != fork.newer.checkpoint.root)
    }

    @Test(arguments: [(5, 9, 2), (6, 7, 5), (7, 100, 0), (3, 4, 2)])
    func `a proof that leads from another history to the new root is kept as evidence at both sizes`(
        _ old: Int, _ new: Int, _ fork: Int
    ) throws {
        let witness = try witness()
        _ = try witness.add(try request(0, old), now: now)
        #expect(refusal(witness, try request(old, new, forkedAt: fork)) == .fork)
        let evidence = try #require(try witness.evidence().first)
        #expect(evidence.root == root(old, forkedAt: fork))
        let key = try NoteSigner(name: Self.origin, key: logKey).verifierKey
        try evidence.verified(by: key)
        let copy = try ForkEvidence(json: try JSON.parse(evidence.json.bytes))
        #expect(copy == evidence)
        #expect(copy.id == evidence.id)
        let stranger = try NoteSigner(name: Self.origin, key: .generate()).verifierKey
        #expect(throws: NoteError.self) { try evidence.verified(by: stranger) }
    }

    @Test func `a proof that is merely wrong is no evidence`() throws {
        let witness = try witness()
        _ = try witness.add(try request(0, 5), now: now)
        let good = try request(5, 9)
        for place in good.proof.indices {
            var proof = good.proof
            proof[place] = .emptyRoot
            let request = AddCheckpointRequest(oldSize: 5, proof: proof, checkpoint: good.checkpoint)
            #expect(refusal(witness, request) == .inconsistent)
        }
        #expect(try witness.evidence().isEmpty)
    }

    @Test func `an old checkpoint that is shown again is kept, and accuses nobody of a fork`() throws {
        let witness = try witness()
        _ = try witness.add(try request(0, 8), now: now)
        for _ in 0..<2 { #expect(refusal(witness, try request(0, 5)) == .otherSize(8)) }
        #expect(try witness.evidence().map(\.kind) == [.replayed])
    }

    @Test func `a log that is founded anew under its name is begun anew, once it is followed by its new key`() throws {
        let witness = try Witness(
            path: folder.path("witness.sqlite"), cosigner: Cosignature(name: "witness.example/w", key: witnessKey),
            logs: [])
        let first = try NoteSigner(name: Self.origin, key: logKey).verifierKey
        witness.follow(CheckpointKeys(first: first), of: Self.origin)
        _ = try witness.add(try request(0, 8), now: now)

        let key = SigningKey.generate()
        let anew = try NoteSigner(name: Self.origin, key: key).verifierKey
        func founded(_ old: Int, _ size: Int) throws -> AddCheckpointRequest {
            AddCheckpointRequest(
                oldSize: Int64(old), proof: old == 0 ? [] : consistency(leaves(size, 0), old),
                checkpoint: try checkpoint(size, forkedAt: 0, by: key))
        }
        #expect(refusal(witness, try founded(0, 5)) == .notSigned, "nobody has said yet that this is the log now")

        witness.follow(CheckpointKeys(first: anew), of: Self.origin)
        #expect(try witness.lastSeen(Self.origin) == nil)
        for (old, size) in [(0, 5), (5, 8), (8, 9)] {
            #expect(refusal(witness, try founded(old, size)) == nil, "from \(old) to \(size)")
        }
        #expect(try witness.evidence().isEmpty, "two logs contradict nobody")
        #expect(refusal(witness, try request(0, 9)) == .notSigned, "the old log is cosigned no more")
    }

    @Test func `a key that the log announced makes no new log of it`() throws {
        let witness = try Witness(
            path: folder.path("witness.sqlite"), cosigner: Cosignature(name: "witness.example/w", key: witnessKey),
            logs: [])
        let second = SigningKey.generate()
        var keys = CheckpointKeys(first: try NoteSigner(name: Self.origin, key: logKey).verifierKey)
        witness.follow(keys, of: Self.origin)
        _ = try witness.add(try request(0, 8), now: now)
        try keys.rotate(to: try NoteSigner(name: Self.origin, key: second).verifierKey.description, at: 2)
        witness.follow(keys, of: Self.origin)
        let other = AddCheckpointRequest(
            oldSize: 0, proof: [], checkpoint: try checkpoint(9, forkedAt: 4, by: second))
        #expect(refusal(witness, other) == .otherSize(8))
    }

    @Test func `evidence of a file of the first version is still there`() throws {
        do {
            let file = try DatabaseQueue(path: folder.path("witness.sqlite"))
            try file.write { db in
                try db.execute(
                    sql: """
                        CREATE TABLE seen(origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL) STRICT;
                        CREATE TABLE evidence(
                            number INTEGER PRIMARY KEY, origin TEXT NOT NULL, time INTEGER NOT NULL, ours TEXT NOT NULL, theirs TEXT NOT NULL
                        ) STRICT;
                        PRAGMA application_id = 0x53485247;
                        PRAGMA user_version = 1;
                        """)
                try db.execute(
                    sql: "INSERT INTO evidence(origin, time, ours, theirs) VALUES (?, 0, ?, ?)",
                    arguments: [Self.origin, checkpoint(5).note, checkpoint(5, forkedAt: 1).note])
            }
        }
        #expect(try witness().evidence().map(\.kind) == [.fork])
        #expect(try Witness.evidence(at: folder.path("witness.sqlite")).count == 1)
    }

    @Test func `of two histories at once, it signs one`() async throws {
        let witness = try witness()
        let requests = try [request(0, 8), request(0, 8, forkedAt: 3)]
        for _ in 0..<20 {
            let signed = await withTaskGroup(of: MerkleHash?.self) { group in
                for request in requests {
                    group.addTask { refusal(witness, request) == nil ? request.checkpoint.checkpoint.root : nil }
                }
                return await group.reduce(into: Set<MerkleHash>()) { if let root = $1 { $0.insert(root) } }
            }
            #expect(signed.count <= 1)
        }
    }

    @Test(arguments: [
        "", "old 5\n", "old\n\nx", "old -1\n\nx", "old 05\n\nx", "old 5\nnot base64\n\nx", "new 5\n\nx",
        "old 5\n\nno checkpoint",
    ])
    func `what is no request is refused`(_ body: String) {
        #expect(throws: WitnessRefusal.malformed) { try AddCheckpointRequest(parsing: Array(body.utf8)) }
    }

    @Test func `a request is read as it was written, up to 63 hashes`() throws {
        let request = try request(5, 100)
        #expect(try AddCheckpointRequest(parsing: Array(request.body.utf8)) == request)
        let long = AddCheckpointRequest(
            oldSize: 1, proof: Array(repeating: .emptyRoot, count: 64), checkpoint: request.checkpoint)
        #expect(throws: WitnessRefusal.malformed) { try AddCheckpointRequest(parsing: Array(long.body.utf8)) }
    }
}
