import Encodings
import EventStore
import Support
import Testing

/// C2SP tlog-policy: what is a policy, and whose signatures are enough.
@Suite struct TlogPolicyTests {
    private static let log = SigningKey.generate()
    private static let keys = (0..<8).map { _ in SigningKey.generate() }

    private static let logKey = key { try NoteSigner(name: "log.example", key: log).verifierKey }
    private static let cosigners = keys.enumerated().compactMap { number, key in
        try? Cosignature(name: "w.example/\(number)", key: key)
    }

    private static func key(_ make: () throws -> VerifierKey) -> String { (try? make())?.description ?? "" }
    private static func vkey(_ number: Int) -> String { cosigners[number].verifierKey.description }

    private func policy(_ text: String) throws(TlogPolicyError) -> TlogPolicy {
        try TlogPolicy(parsing: Array(text.utf8))
    }

    /// A checkpoint with cosignatures.
    private func checkpoint(
        _ cosigners: [Int], by key: SigningKey = TlogPolicyTests.log, origin: String = "log.example", times: Int = 1
    ) throws -> SignedCheckpoint {
        let text = "\(origin)\n0\n\(MerkleHash.emptyRoot.base64)\n"
        var note = try NoteSigner(name: origin, key: key).sign(text)
        for number in cosigners {
            for time in 0..<times {
                note = note.adding(try Self.cosigners[number].sign(text, time: UInt64(1000 + time)))
            }
        }
        return try SignedCheckpoint(parsing: note.note)
    }

    private static let example = """
        # Two organisations.
        log \(logKey) https://log.example
        \t
        witness X1 \(vkey(0))
        witness\tX2   \(vkey(1)) https://x2.example
        witness X3 \(vkey(2))
        group X-witnesses 2 X1 X2 X3
          # comment
        witness Y1 \(vkey(3))
        witness Y2 \(vkey(4))
        group Y-witnesses any Y1 Y2
        group X-and-Y all X-witnesses Y-witnesses
        quorum X-and-Y

        """

    @Test(arguments: [
        ([0, 1, 3], true), ([0, 1, 2, 3, 4], true), ([1, 2, 4], true), ([0, 3], false), ([0, 1], false),
        ([0, 1, 2], false), ([3, 4], false), ([], false), ([0, 0, 3], false),
    ])
    func `two levels of groups are what they say`(_ cosigners: [Int], _ isTrusted: Bool) throws {
        let policy = try policy(Self.example)
        #expect(policy.logs.map(\.url) == ["https://log.example"])
        #expect(policy.witnesses.map(\.name) == ["X1", "X2", "X3", "Y1", "Y2"])
        let checkpoint = try checkpoint(cosigners)
        if isTrusted {
            #expect(try policy.check(checkpoint).count == Set(cosigners).count)
        } else {
            #expect(throws: TrustFailure.self) { try policy.check(checkpoint) }
        }
    }

    @Test func `a witness counts once, whatever it signs`() throws {
        let policy = try policy(
            "log \(Self.logKey)\nwitness a \(Self.vkey(0))\nwitness b \(Self.vkey(1))\ngroup g 2 a b\nquorum g\n")
        #expect(throws: TrustFailure.noQuorum(by: ["a"])) { try policy.check(checkpoint([0], times: 3)) }
        #expect(try policy.check(checkpoint([0, 1], times: 2)).map(\.time) == [1001, 1001])
    }

    @Test func `a quorum can be one witness, or nobody`() throws {
        let one = try policy("log \(Self.logKey)\nwitness none-of-these \(Self.vkey(0))\nquorum none-of-these\n")
        #expect(try one.check(checkpoint([0])).count == 1)
        #expect(throws: TrustFailure.noQuorum(by: [])) { try one.check(checkpoint([1])) }
        #expect(try policy("log \(Self.logKey)\nquorum none\n").check(checkpoint([])).isEmpty)
    }

    @Test func `the log must be one of the policy, or be known from elsewhere`() throws {
        let bare = try policy("quorum none\n")
        #expect(throws: TrustFailure.noLog) { try bare.check(checkpoint([])) }
        let known = try VerifierKey(parsing: Self.logKey)
        #expect(try bare.check(checkpoint([]), log: known).isEmpty)
        let named = try policy("log \(Self.logKey)\nquorum none\n")
        #expect(throws: TrustFailure.otherLog) { try named.check(checkpoint([], by: .generate())) }
        #expect(throws: TrustFailure.otherLog) {
            try named.check(checkpoint([], by: .generate(), origin: "other.example"))
        }
    }

    @Test func `one bad line of a known witness makes the whole note invalid`() throws {
        let policy = try policy("log \(Self.logKey)\nwitness a \(Self.vkey(0))\nquorum none\n")
        let good = try checkpoint([0])
        let line = try Self.cosigners[0].sign("another text\n", time: 5)
        let bad = try SignedCheckpoint(parsing: good.signedNote.adding(line).note)
        #expect(throws: TrustFailure.note(.badSignature)) { try policy.check(bad) }
    }

    @Test(arguments: [
        ("", TlogPolicyError.notEnded),
        ("quorum none", .notEnded),
        ("\n", .noQuorumLine),
        ("log \(logKey)\n", .noQuorumLine),
        ("quorum none\r\n", .controlCharacter),
        ("quorum none\nquorum none\n", .line(2, .secondQuorum)),
        ("quorum a\nwitness a \(vkey(0))\n", .line(1, .unknownName)),
        ("witness none \(vkey(0))\nquorum none\n", .line(1, .nameReserved)),
        ("witness a \(vkey(0))\nwitness a \(vkey(1))\nquorum a\n", .line(2, .nameTaken)),
        ("witness a \(vkey(0))\nwitness b \(vkey(0))\nquorum a\n", .line(2, .keyRepeated)),
        ("log \(logKey)\nlog \(logKey)\nquorum none\n", .line(2, .keyRepeated)),
        ("log \(vkey(0))\nquorum none\n", .line(1, .otherKind(expected: .ed25519))),
        ("witness a \(logKey)\nquorum a\n", .line(1, .otherKind(expected: .cosignature))),
        ("witness a \(vkey(0))\ngroup g 0 a\nquorum g\n", .line(2, .threshold)),
        ("witness a \(vkey(0))\ngroup g 2 a\nquorum g\n", .line(2, .threshold)),
        ("witness a \(vkey(0))\ngroup g 01 a\nquorum g\n", .line(2, .threshold)),
        ("witness a \(vkey(0))\ngroup g some a\nquorum g\n", .line(2, .threshold)),
        ("witness a \(vkey(0))\ngroup g any\nquorum g\n", .line(2, .form("group NAME any|all|K MEMBER…"))),
        ("witness a \(vkey(0))\ngroup g any none\nquorum g\n", .line(2, .unknownName)),
        ("group g any g\nquorum g\n", .line(1, .unknownName)),
        ("witness a \(vkey(0))\ngroup g any a a\nquorum g\n", .line(2, .memberTwice)),
        ("witness a \(vkey(0))\ngroup g any a\ngroup h any a\nquorum g\n", .line(3, .memberTwice)),
        ("witness a \(vkey(0)) u v\nquorum a\n", .line(1, .form("witness NAME VKEY [URL]"))),
        ("Quorum none\n", .line(1, .unknownKeyword)),
        ("witness a rubbish\nquorum a\n", .line(1, .key(.malformedKey))),
    ])
    func `what is no policy is refused, with its line`(_ text: String, _ expected: TlogPolicyError) {
        #expect(throws: expected) { try policy(text) }
    }

    @Test func `names are bytes, not text`() throws {
        // A Kelvin sign is canonically equal to the letter K, and bytes that are no UTF-8 are names too.
        let text = "witness K \(Self.vkey(0))\nwitness \u{212A} \(Self.vkey(1))\nquorum \u{212A}\n"
        let policy = try policy("log \(Self.logKey)\n" + text)
        #expect(throws: TrustFailure.noQuorum(by: ["K"])) { try policy.check(checkpoint([0])) }
        #expect(try policy.check(checkpoint([1])).count == 1)
        let name: [UInt8] = [0xFF, 0xFE]
        let bytes = Array("witness ".utf8) + name + Array(" \(Self.vkey(0))\nquorum ".utf8) + name + [0x0A]
        #expect(try TlogPolicy(parsing: bytes).witnesses.count == 1)
    }

    @Test func `random groups agree with counting`() throws {
        var generator = SeededGenerator(seed: 4711)
        for _ in 0..<200 {
            let threshold = Int.random(in: 1...keys.count, using: &generator)
            let lines = keys.map { "witness w\($0) \(Self.vkey($0))\n" }.joined()
            let names = keys.map { "w\($0)" }.joined(separator: " ")
            let policy = try policy(lines + "group g \(threshold) \(names)\nquorum g\n")
            let chosen = keys.filter { _ in Bool.random(using: &generator) }
            #expect(policy.isQuorum(Set(chosen.map { Self.cosigners[$0].verifierKey })) == (chosen.count >= threshold))
        }
    }

    private let keys = Array(0..<8)

    @Test func `a policy of the size that the specification asks for is taken`() throws {
        var text = ""
        for number in 0..<32 {
            let key = try NoteSigner(name: "log.example", key: .generate()).verifierKey
            let witness = try Cosignature(name: "w", key: .generate()).verifierKey
            text += "log \(key)\nwitness w\(number) \(witness)\ngroup g\(number) any w\(number)"
            text += number > 0 ? " g\(number - 1)\n" : "\n"
        }
        #expect(try policy(text + "quorum g31\n").witnesses.count == 32)
    }
}
