import Encodings
import Foundation
import Locking
import Support
import Testing

@testable import EventStore

@Suite struct EventLogTests {
    @Test("what was appended is read back: entry, body, disclosures, place")
    func append() throws {
        let site = try Site()
        let person = try site.person()
        let drafts = [
            try site.draft(), try site.draft(subject: person, disclosing: ["identity", "health.summary"]),
            try site.draft(),
        ]
        let appended = try site.log.append(drafts)
        #expect(appended.map(\.index) == [0, 1, 2])
        #expect(site.log.head.size == 3)
        try site.reopen()
        for (draft, appended) in zip(drafts, appended) {
            #expect(try site.log.entry(at: appended.index) == appended.entry)
            #expect(appended.leafHash == .leaf(appended.entry.bytes))
            #expect(try site.log.index(of: draft.id) == appended.index)
            let body = try #require(try site.log.body(at: appended.index).opened)
            #expect(body.compact == draft.event.compact)
            #expect(body.commitment == appended.entry.commitment)
            #expect(throws: Never.self) { try body.event().verified(by: site.author.publicKey) }
        }
        #expect(try site.log.index(of: .random()) == nil)
        #expect(throws: LogError.outOfRange) { try site.log.entry(at: 3) }
        #expect(throws: LogError.outOfRange) { try site.log.entry(at: -1) }
        #expect(try site.log.entries(in: 1..<100).map(\.index) == [1, 2])
        #expect(try site.log.events(in: 0..<3).count == 3)
    }

    @Test("bodies about people are sealed on disk, and shut without the vault; others are in the clear")
    func sealing() throws {
        let site = try Site()
        let person = try site.person()
        try site.append(1, subject: person)
        try site.append(1)
        let stored = try site.storage.bodies(in: 0..<2)
        let plain = try #require(try site.log.body(at: 0).opened)
        #expect(Data(stored[0].bytes).range(of: Data(plain.jws)) == nil)
        #expect(Array(stored[1].bytes.dropFirst(32)) == (try site.log.body(at: 1).opened)?.jws)
        let shut = try ReadOnlyLog(storage: site.storage, verifierKey: site.signer.verifierKey, vault: nil)
        #expect(try shut.body(at: 0).opened == nil)
        #expect(try shut.body(at: 1).opened != nil)
    }

    @Test("each append signs one checkpoint, verifiable by the site's key, and every one is kept")
    func checkpoints() throws {
        let site = try Site()
        for count in [1, 5, 300] {
            try site.append(count)
            let checkpoint = try SignedCheckpoint(parsing: site.log.head.checkpoint.note).verified(
                by: site.signer.verifierKey)
            #expect(checkpoint.size == site.log.head.size)
            #expect(checkpoint.root == site.log.head.root)
        }
        #expect(try site.storage.checkpoints(from: 0, limit: 100).map(\.size) == [0, 1, 6, 306])
    }

    @Test("a batch that does not fit is refused whole, with nothing written, and the log goes on")
    func refused() throws {
        let site = try Site()
        try site.append(2)
        let before = site.log.head
        let known = try site.log.entry(at: 0).id
        let good = try site.draft()
        let twin = try site.draft(id: good.id)
        let late = try site.draft()
        let table: [([EntryDraft], AppendRefusal)] = [
            ([], .nothingToAppend), ([good, twin], .idTaken), ([good, try site.draft(id: known)], .idTaken),
            ([late, try site.draft(recorded: late.recorded.adding(seconds: -1))], .clockWentBack(position: 1)),
            ([try site.draft(recorded: Instant(seconds: 0))], .clockWentBack(position: 0)),
            ([good, try site.draft(subject: .random())], .subjectUnknown(position: 1)),
            ([good.with(id: .random())], .memberDisagrees(position: 0, member: "id")),
            ([good.with(type: "b")], .memberDisagrees(position: 0, member: "type")),
            ([good.with(author: "b")], .memberDisagrees(position: 0, member: "author")),
            ([good.with(cause: .random())], .memberDisagrees(position: 0, member: "cause")),
            (
                [good.with(occurred: good.occurred.adding(seconds: 1))],
                .memberDisagrees(position: 0, member: "occurred")
            ),
            ([good.with(audience: ["b", "a"])], .entry(position: 0, .audienceNotSorted)),
            (Array(repeating: good, count: 2), .idTaken),
        ]
        for (drafts, refusal) in table {
            let error = #expect(throws: LogError.self) { try site.log.append(drafts) }
            #expect(error == .refused(refusal))
            #expect(error?.isFatal == false)
        }
        #expect(site.log.head.checkpoint == before.checkpoint)
        #expect(try site.storage.entryCount() == 2)
        #expect(try site.log.append([good]).first?.index == 2)
    }

    @Test("a batch that many cores seal stands in its order, and one draft that does not fit is named by its place")
    func large() async throws {
        let site = try Site()
        let people = try (0..<7).map { try site.person("nhs:999000000\($0)") }
        var drafts = try (0..<203).map { try site.draft(subject: people[$0 % 7], padding: $0 % 40) }
        let appended = try site.log.append(drafts)
        #expect(appended.map(\.index) == (0..<203).map { Int64($0) })
        #expect(appended.map(\.entry.id) == drafts.map(\.id))
        for (draft, place) in zip(drafts, appended) {
            #expect(try site.log.body(at: place.index).opened?.jws == draft.event.jws)
            #expect(place.leafHash == place.entry.leafHash)
        }
        let report = await site.verify()
        #expect(report.findings.isEmpty, "\(report.findings)")
        drafts = try (0..<50).map { try site.draft(subject: people[$0 % 7]) }
        drafts.insert(try site.draft(subject: .random()), at: 31)
        drafts.append(try site.draft(subject: .random()))
        #expect(throws: LogError.refused(.clockWentBack(position: 32))) { try site.log.append(drafts) }
        drafts = try drafts.map { _ in try site.draft(subject: people[0]) }
        for place in [31, 44] { drafts[place] = drafts[place].with(id: .random()) }
        #expect(throws: LogError.refused(.memberDisagrees(position: 31, member: "id"))) { try site.log.append(drafts) }
        #expect(site.log.head.size == 203)
    }

    @Test("an event of which disclosures are missing is never appended")
    func incomplete() throws {
        let site = try Site()
        let whole = try site.draft(disclosing: ["identity"])
        let part = try UnverifiedEvent(parsing: whole.event.jws, disclosures: .some).verified(by: site.author.publicKey)
        #expect(throws: LogError.refused(.disclosuresMissing(position: 0))) {
            try site.log.append([whole.with(event: part)])
        }
    }

    @Test("a page over the limit is refused, and a walk goes page by page")
    func pages() throws {
        let site = try Site()
        try site.append(3000)
        try site.append(1100)
        #expect(throws: LogError.pageTooLarge(entries: 4100)) { try site.log.entries(in: 0..<5000) }
        var seen: [Int64] = []
        try site.log.forEachPage(in: 10..<5000, pageEntries: 1000) { page in
            seen.append(contentsOf: page.map(\.index))
            return true
        }
        #expect(seen == Array(10..<4100))
        var pages = 0
        try site.log.forEachPage(in: 0..<4100) { _ in
            pages += 1
            return pages < 3
        }
        #expect(pages == 3)
    }

    @Test("a log is founded once, and opened only with the key that signed it")
    func founding() throws {
        let site = try Site()
        try site.append(1)
        #expect(throws: LogError.refused(.storage(.sizeConflict(expected: 0, found: 1)))) {
            try EventLog.create(storage: site.storage, signer: site.signer, vault: site.vault)
        }
        let other = try CheckpointSigner(origin: Site.origin, key: .generate())
        #expect(throws: LogError.checkpointDamaged(.noKnownSignature)) {
            try EventLog(storage: site.storage, signer: other, vault: site.vault)
        }
        let empty = try SQLiteLogStorage(path: site.temporary.path("other.sqlite"))
        #expect(throws: LogError.empty) { try EventLog(storage: empty, signer: site.signer, vault: site.vault) }
    }

    @Test("readers see whole batches only, at every moment, while the log grows")
    func concurrentReaders() async throws {
        let site = try Site()
        try site.append(1)
        let log = site.log
        let batch = 23
        let readOnly = try ReadOnlyLog(
            storage: SQLiteLogStorage.readOnly(path: site.folder.log), verifierKey: site.signer.verifierKey, vault: nil)
        let shared = Shared()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    while !shared.isDone.withLock({ $0 }) {
                        for reader in [log, readOnly] as [any LogReader] {
                            if let readOnly = reader as? ReadOnlyLog { try readOnly.refresh() }
                            let head = reader.head
                            #expect((head.size - 1) % Int64(batch) == 0)
                            let last = try reader.entry(at: head.size - 1)
                            #expect(try reader.index(of: last.id) == head.size - 1)
                            let index = Int64.random(in: 0..<head.size)
                            let proof = try reader.inclusionProof(index, size: head.size)
                            let leaf = try reader.entry(at: index).leafHash
                            #expect(Merkle.isIncluded(leaf, at: index, in: head.size, root: head.root, proof: proof))
                        }
                        shared.reads.withLock { $0 += 1 }
                        await Task.yield()
                    }
                }
            }
            // At least so long that readers did read, also on a machine that is busy with other tests.
            var batches = 0
            while batches < 40 || (shared.reads.withLock { $0 } < 30 && batches < 2000) {
                try site.append(batch)
                batches += 1
                await Task.yield()
            }
            shared.isDone.withLock { $0 = true }
            try await group.waitForAll()
        }
        #expect(shared.reads.withLock { $0 } >= 30)
        let report = await site.verify()
        #expect(report.isSound)
    }
}

/// What a test's readers and writer tell each other.
private final class Shared: Sendable {
    let reads = Locked(0)
    let isDone = Locked(false)
}

extension EntryDraft {
    fileprivate func with(
        event: VerifiedEvent? = nil, id: UniqueID? = nil, type: String? = nil, author: String? = nil,
        audience: [String]? = nil,
        cause: UniqueID? = nil, occurred: Instant? = nil
    ) -> EntryDraft {
        EntryDraft(
            event: event ?? self.event, id: id ?? self.id, type: type ?? self.type, author: author ?? self.author,
            subject: subject,
            audience: audience ?? self.audience, cause: cause ?? self.cause, occurred: occurred ?? self.occurred,
            recorded: recorded)
    }
}
