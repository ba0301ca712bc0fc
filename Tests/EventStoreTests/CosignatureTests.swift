import Encodings
import EventStore
import Support
import Testing

/// What a log believes of its witnesses, what it keeps, and what speaks against itself.
@Suite struct CosignatureTests {
    private let site: Site
    private let witness = SigningKey.generate()
    private let now = Instant(seconds: 1_800_000_000)

    init() throws { site = try Site() }

    private func cosigner(_ key: SigningKey? = nil, name: String = "w.example") throws -> Cosignature {
        try Cosignature(name: name, key: key ?? witness)
    }

    private func fault(_ body: [UInt8]) throws -> WitnessFault? {
        let key = try cosigner().verifierKey
        do throws(WitnessFault) {
            _ = try CosignatureAnswer(parsing: body, to: site.log.head.checkpoint, from: key, now: now)
            return nil
        } catch {
            return error
        }
    }

    private func line(
        _ text: String? = nil, by key: SigningKey? = nil, name: String = "w.example", seconds: Int64 = 0
    ) throws -> [UInt8] {
        let text = text ?? site.log.head.checkpoint.signedNote.text
        return Array(try cosigner(key, name: name).sign(text, time: UInt64(now.seconds + seconds)).line.utf8)
    }

    @Test func `an honest answer is taken, and lines of others beside it are ignored`() throws {
        #expect(try fault(line()) == nil)
        #expect(try fault(line(by: .generate(), name: "stranger.example") + line()) == nil)
    }

    @Test func `a witness that lies is not believed, whatever the lie`() throws {
        #expect(try fault(line(by: .generate())) == .otherKey)
        #expect(try fault(line(name: "other.example")) == .otherKey)
        #expect(try fault(line("\(Site.origin)\n7\n\(MerkleHash.emptyRoot.base64)\n")) == .badSignature)
        #expect(try fault(line(seconds: -301)) == .clock(secondsAhead: -301))
        #expect(try fault(line(seconds: 301)) == .clock(secondsAhead: 301))
        #expect(try fault([]) == .malformed)
        #expect(try fault(Array("rubbish\n".utf8)) == .malformed)
        #expect(try fault([0xFF, 0x0A]) == .malformed)
        #expect(try fault(Array(repeating: 0x20, count: 70_000)) == .malformed)
        // An answer that brings an empty line, and with it another text to sign.
        let text = "\(Site.origin)\n7\n\(MerkleHash.emptyRoot.base64)\n"
        #expect(try fault(Array("— x AAAAAAA=\n\n".utf8) + line(text)) == .malformed)
        var bent = try line()
        bent[bent.count - 6] = bent[bent.count - 6] == 0x41 ? 0x42 : 0x41
        #expect(try fault(bent) != nil)
    }

    private func keep(_ book: CosignatureBook, by key: SigningKey? = nil, keeping: Int64? = nil) throws {
        let cosigner = try cosigner(key)
        let checkpoint = site.log.head.checkpoint
        let line = try cosigner.sign(checkpoint.signedNote.text, time: UInt64(now.seconds))
        let answer = try CosignatureAnswer(
            parsing: Array(line.line.utf8), to: checkpoint, from: cosigner.verifierKey, now: now)
        try book.add(answer, to: checkpoint, by: cosigner.verifierKey, keeping: keeping)
    }

    @Test func `cosignatures outlive the process and stand under their checkpoint`() throws {
        let path = site.temporary.path("cosignatures.sqlite")
        let other = SigningKey.generate()
        do {
            let book = try CosignatureBook(path: path)
            _ = try site.log.append([site.draft()])
            try keep(book)
            try keep(book, by: other)
            _ = try site.log.append([site.draft()])
            try keep(book)
        }
        let book = try #require(try CosignatureBook(readingAt: path))
        let head = site.log.head.checkpoint
        let keys = [try cosigner().verifierKey, try cosigner(other).verifierKey]
        #expect(try book.cosigned(head).signedNote.verified(by: keys).count == 1)
        #expect(try book.newest()[keys[0].description]?.size == 2)
        #expect(try book.newest()[keys[1].description]?.time == now.seconds)
        let both = try TlogPolicy(
            parsing: Array("witness a \(keys[0])\nwitness b \(keys[1])\ngroup g all a b\nquorum g\n".utf8))
        let trusted = try #require(try book.newest(trustedUnder: both, log: site.signer.verifierKey))
        #expect(trusted.checkpoint.size == 1)
        let any = try TlogPolicy(parsing: Array("witness a \(keys[0])\nquorum a\n".utf8))
        #expect(try book.newest(trustedUnder: any, log: site.signer.verifierKey)?.checkpoint.size == 2)
    }

    @Test func `old cosignatures go, and that of the newest trusted checkpoint stays`() throws {
        let book = try CosignatureBook(path: site.temporary.path("cosignatures.sqlite"))
        for _ in 0..<(Limits.cosignedCheckpoints + 10) {
            _ = try site.log.append([site.draft()])
            try keep(book, keeping: 1)
        }
        let sizes = try book.checkpoints().map(\.checkpoint.size)
        #expect(sizes.count == Limits.cosignedCheckpoints + 1)
        #expect(sizes.last == 1)
        #expect(sizes.first == site.log.head.size)
    }

    @Test func `what is given up is written down, and its cosignatures go`() throws {
        let book = try CosignatureBook(path: site.temporary.path("cosignatures.sqlite"))
        for _ in 0..<3 {
            _ = try site.log.append([site.draft()])
            try keep(book)
        }
        let decision = CosignatureBook.GivenUp(from: 1, to: 3, time: now, reason: "the disk died")
        try book.giveUp(decision)
        #expect(try book.givenUp() == [decision])
        #expect(try book.checkpoints().map(\.checkpoint.size) == [1])
    }

    @Test func `a checkpoint speaks against the log only if it is of another history, or of more`() throws {
        for _ in 0..<5 { _ = try site.log.append([site.draft()]) }
        let key = site.signer.verifierKey
        for size in 0...5 {
            let own = try #require(try site.log.checkpoint(from: Int64(size)))
            #expect(try site.log.contradiction(with: own) == nil)
        }
        let twin = try Twin(of: site)
        for size in 1...9 {
            let other = try twin.checkpoint(size)
            let evidence = try #require(try site.log.contradiction(with: other))
            #expect(evidence.kind == (size > 5 ? .rolledBack : .fork))
            try evidence.verified(by: key)
        }
    }

    /// Another history under the same key.
    private struct Twin {
        let signer: NoteSigner

        init(of site: Site) throws { signer = try NoteSigner(name: Site.origin, key: site.checkpointKey) }

        func checkpoint(_ size: Int) throws -> SignedCheckpoint {
            let root = Merkle.root(of: (0..<size).map { .leaf(Array("other \($0)".utf8)) })
            return try SignedCheckpoint(parsing: try signer.sign("\(Site.origin)\n\(size)\n\(root.base64)\n").note)
        }
    }
}
