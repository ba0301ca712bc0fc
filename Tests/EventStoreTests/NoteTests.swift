import Encodings
import EventStore
import Support
import Testing

@Suite struct NoteTests {
    static let foo = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    static let key = SigningKey.generate()
    static func signer() throws -> NoteSigner { try NoteSigner(name: "example.com/n", key: key) }

    @Test(
        "published verifier keys are read and written as they are",
        arguments: [
            foo, Tessera.key, "witness.example.com/w1+a0059f11+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        ])
    func verifierKeys(text: String) throws {
        #expect(try VerifierKey(parsing: text).description == text)
    }

    @Test(
        "a verifier key with a character changed is refused",
        arguments: [
            ("", "vkey-malformed"), ("example.com/foo", "vkey-malformed"),
            ("example.com/foo+530d903a", "vkey-malformed"),
            ("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "vkey-id-mismatch"),
            ("example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "vkey-id-mismatch"),
            ("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "vkey-id-mismatch"),
            ("example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "vkey-type-unsupported"),
            ("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2", "vkey-malformed"),
            ("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n", "vkey-malformed"),
            ("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "key-name-bad"),
            ("a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "key-name-bad"),
            ("a\u{2003}b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "key-name-bad"),
        ])
    func verifierKeysRefused(text: String, code: String) {
        let error = #expect(throws: NoteError.self) { try VerifierKey(parsing: text) }
        #expect(error?.code == code)
    }

    @Test(
        "a name that begins or ends in a sign which clings to its neighbour is read as it was written",
        arguments: ["\u{73B}", "\u{301}n", "n\u{600}", "\u{600}", "e\u{301}", "\u{1F468}\u{200D}", "\u{1F1EC}"])
    func clingingNames(name: String) throws {
        let key = try VerifierKey(name: name, publicKey: Self.key.publicKey)
        #expect(try VerifierKey(parsing: key.description) == key)
        let note = try NoteSigner(name: name, key: Self.key).sign("a text\n")
        let read = try SignedNote(parsing: note.note)
        #expect(read.signatures == note.signatures)
        #expect(try read.verified(by: [key]).map(\.key) == [key])
        let cosigned = try SignedNote(parsing: Self.signer().sign("a text\n").adding(note.signatures[0]).note)
        #expect(try cosigned.verified(by: [Self.signer().verifierKey]).count == 1)
    }

    @Test("the published cosignature is written byte for byte, and verifies")
    func cosignature() throws {
        let key = try SigningKey(ed25519Seed: Array(0...31))
        let witness = try Cosignature(name: "witness.example.com/w1", key: key)
        #expect(
            witness.verifierKey.description
                == "witness.example.com/w1+a0059f11+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4")
        let root = try #require(MerkleHash(base64: Tessera.roots[15] ?? ""))
        let text = Checkpoint(origin: "example.com/log/testdata", size: 15, root: root).text
        let line = try witness.sign(text, time: 1_700_000_000)
        let blob =
            "oAWfEQAAAABlU/EA8Ksalh7kTmlIFPRO/50jC8JyWktgWjbjpb8ZCaY7/1Pyo/Js5iv0m/SL/Pgn8ExkAr34GAbhHPwm6x2I0VpoBA=="
        let note = try SignedNote(parsing: text + "\n\u{2014} witness.example.com/w1 \(blob)\n")
        #expect(note.signatures == [line])
        #expect(try note.verified(by: [witness.verifierKey]).map(\.time) == [1_700_000_000])
        let other = try SignedNote(
            parsing: text.replacing("15", with: "16") + "\n\u{2014} witness.example.com/w1 \(blob)\n")
        #expect(throws: NoteError.badSignature) { try other.verified(by: [witness.verifierKey]) }
    }

    @Test("a note is text, an empty line and signatures; the text is split off at the last empty line")
    func split() throws {
        let signed = try Self.signer().sign("one\n\ntwo\n\u{2014} not a signature\n")
        let note = try SignedNote(parsing: signed.note)
        #expect(note == signed)
        #expect(note.text == "one\n\ntwo\n\u{2014} not a signature\n")
        #expect(throws: Never.self) { try note.verified(by: [Self.signer().verifierKey]) }
    }

    @Test("unknown keys are ignored, grease among them, and 63 lines of it do not hide the one that counts")
    func grease() throws {
        var note = try Self.signer().sign("text\n")
        for number in 0..<63 {
            note = note.adding(
                .init(name: "grease.example/\(number)", keyID: UInt32(number), blob: [0xFF, 1, 2, UInt8(number)]))
        }
        let parsed = try SignedNote(parsing: note.note)
        #expect(parsed.signatures.count == 64)
        #expect(try parsed.verified(by: [Self.signer().verifierKey]).count == 1)
        let stranger = try NoteSigner(name: "example.com/other", key: .generate()).verifierKey
        #expect(throws: NoteError.noKnownSignature) { try parsed.verified(by: [stranger]) }
        let tooMany = parsed.adding(parsed.signatures[1])
        #expect(throws: NoteError.tooLarge) { try SignedNote(parsing: tooMany.note) }
    }

    @Test("a line under a known key that does not verify makes the whole note invalid")
    func oneBadLine() throws {
        let good = try Self.signer().sign("text\n")
        let wrong = try Self.signer().sign("other\n")
        #expect(throws: NoteError.badSignature) {
            try good.adding(wrong.signatures[0]).verified(by: [Self.signer().verifierKey])
        }
    }

    @Test(
        "what is no note is refused",
        arguments: [
            "", "\n", "text\n", "text\n\n", "text\n\n\n", "text\n\n\u{2014} a AAAAAAA=", "text\n\n- a AAAAAAA=\n",
            "text\n\n\u{2014}a AAAAAAA=\n",
            "text\n\n\u{2014} a  AAAAAAA=\n", "text\n\n\u{2014} a AAAAAAA= b\n", "text\n\n\u{2014} a AAAA\n",
            "text\n\n\u{2014} a AAAAAAA\n",
            "text\n\n\u{2014} a+b AAAAAAA=\n", "te\u{7}xt\n\n\u{2014} a AAAAAAA=\n",
            "te\r\nxt\n\n\u{2014} a AAAAAAA=\n",
        ])
    func refused(note: String) {
        #expect(throws: NoteError.self) { try SignedNote(parsing: note) }
    }

    @Test(
        "a checkpoint has three lines and canonical numbers",
        arguments: [
            "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "a\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
            "a\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
            "a\n+1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
            "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n", "a\n1\nAAAA\n",
            "a\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nmore\n",
            "\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
            "a\n9223372036854775808\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        ])
    func checkpointRefused(text: String) {
        #expect(throws: NoteError.malformedCheckpoint) { try Checkpoint(parsing: text) }
    }

    @Test("a checkpoint counts under the key of its origin's name only")
    func origin() throws {
        let root = MerkleHash.emptyRoot
        let signed = try Self.signer().sign(Checkpoint(origin: "example.com/other", size: 0, root: root).text)
        let checkpoint = try SignedCheckpoint(parsing: signed.note)
        #expect(throws: NoteError.originMismatch) { try checkpoint.verified(by: Self.signer().verifierKey) }
    }
}

@Suite(.enabled(if: TestData.isThere)) struct TesseraTests {
    @Test("every checkpoint of the published log is signed and is the root of its leaves", arguments: 0...15)
    func checkpoints(size: Int) throws {
        let note = String(decoding: try TestData.bytes("vectors/tlog/tessera/checkpoint.\(size)"), as: UTF8.self)
        let checkpoint = try SignedCheckpoint(parsing: note).verified(by: VerifierKey(parsing: Tessera.key))
        #expect(checkpoint.size == Int64(size))
        #expect(checkpoint.root == Merkle.root(of: Tessera.leaves[..<size]))
    }

    @Test("the published tiles and entry bundles stand under our paths and hold our hashes", arguments: 1...15)
    func tiles(width: Int) throws {
        let path = TilePlace(level: 0, number: 0).path(width: Int64(width))
        #expect(try TestData.bytes("vectors/tlog/tessera/" + path) == Tessera.leaves[..<width].flatMap(\.bytes))
        let bundle = try TestData.bytes("vectors/tlog/tessera/" + TilePlace.entriesPath(number: 0, width: Int64(width)))
        let expected = Tessera.words[..<width].flatMap {
            [UInt8($0.utf8.count >> 8), UInt8($0.utf8.count & 0xFF)] + Array($0.utf8)
        }
        #expect(bundle == expected)
    }
}

@Suite struct TlogProofTests {
    @Test("a proof can be carried away as text, and holds for its entry only")
    func roundTrip() throws {
        let site = try Site()
        let appended = try site.append(300)
        let text = try site.log.tlogProof(17).text
        #expect(text.hasPrefix("c2sp.org/tlog-proof@v1\nindex 17\n"))
        #expect(text.hasSuffix("\n\n" + site.log.head.checkpoint.note))
        let proof = try TlogProof(parsing: text)
        #expect(proof.text == text)
        let key = site.signer.verifierKey
        #expect(try proof.verified(entry: appended[17].entry.bytes, by: key).size == 300)
        #expect(throws: NoteError.proofDoesNotHold) { try proof.verified(entry: appended[18].entry.bytes, by: key) }
        #expect(throws: NoteError.originMismatch) {
            try proof.verified(entry: appended[17].entry.bytes, by: NoteSigner(name: "x", key: .generate()).verifierKey)
        }
        let extra = TlogProof(index: 1, hashes: proof.hashes, checkpoint: proof.checkpoint, extra: [1, 2])
        #expect(try TlogProof(parsing: extra.text) == extra)
    }

    @Test(
        "what is no proof is refused",
        arguments: [
            "", "c2sp.org/tlog-proof@v2\nindex 1\n\n", "c2sp.org/tlog-proof@v1\n",
            "c2sp.org/tlog-proof@v1\nindex 01\n\n",
            "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\n", "c2sp.org/tlog-proof@v1\nextra !\nindex 1\n\n",
            "c2sp.org/tlog-proof@v1\nindex 1\n\n",
        ])
    func refused(text: String) { #expect(throws: NoteError.self) { try TlogProof(parsing: text) } }
}
