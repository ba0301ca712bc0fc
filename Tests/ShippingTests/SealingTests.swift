import Crypto
import Encodings
import EventStore
import Foundation
import Support
import Testing

@testable import Shipping

/// HPKE as it is used here.
@Suite struct SealingTests {
    /// RFC 9180's vectors for DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM in base mode, the first three encryptions
    /// (cfrg/draft-irtf-cfrg-hpke, `test-vectors.json`).
    private static let info = "4f6465206f6e2061204772656369616e2055726e"
    private static let secret = "497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d"
    private static let encapsulated = "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256"
    private static let plain = "4265617574792069732074727574682c20747275746820626561757479"
    private static let ciphertexts = [
        "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a",
        "2c43aff25343fdbff864506f0818b9d87df84ea01b1a2144d23b4d40c26bf655fdf197fe40297a8aebeed5cc2d",
        "e0a8f2cf92ff61215edbb8c55dc31fe9e2eb42a5685867bb6854211542099f9e940c4b41c192bc390835b1a5f7",
    ]

    private static func bytes(_ hex: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = hex[...]
        while !rest.isEmpty {
            bytes.append(try #require(UInt8(rest.prefix(2), radix: 16)))
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    @Test func `the suite is that of RFC 9180's vectors`() throws {
        var recipient = try HPKE.Recipient(
            privateKey: Curve25519.KeyAgreement.PrivateKey(rawRepresentation: Self.bytes(Self.secret)),
            ciphersuite: ShipmentSealing.suite, info: Data(try Self.bytes(Self.info)),
            encapsulatedKey: Data(try Self.bytes(Self.encapsulated)))
        for (number, ciphertext) in Self.ciphertexts.enumerated() {
            let opened = try recipient.open(
                try Self.bytes(ciphertext), authenticating: Array("Count-\(number)".utf8))
            #expect(Array(opened) == (try Self.bytes(Self.plain)))
        }
    }

    @Test func `what is sealed is bound to log, receiver, event and place`() throws {
        let key = AgreementKey.generate()
        let ids = [UniqueID.random(), .random()]
        var sealer = try ShipmentSealer(to: key.publicKey, origin: "a.example", receiver: "b.example")
        let sealed = try ids.map { try sealer.seal(Array("text \($0)".utf8), event: $0) }
        func opener(_ origin: String = "a.example", _ receiver: String = "b.example") throws -> ShipmentOpener {
            let root = MerkleHash.emptyRoot
            let note = try NoteSigner(name: origin, key: .generate()).sign("\(origin)\n0\n\(root)\n").note
            return try ShipmentOpener(
                PieceHeader(
                    origin: origin, receiver: receiver, from: .start, to: .start, known: 0, knownRoot: root,
                    checkpoint: SignedCheckpoint(parsing: note), knownProof: [], proof: [],
                    recipientKey: key.publicKey.thumbprintBytes, encapsulated: sealer.encapsulated), keys: [key])
        }
        var right = try opener()
        for (id, sealed) in zip(ids, sealed) {
            #expect(try right.open(sealed, event: id) == Array("text \(id)".utf8))
        }
        for (origin, receiver) in [("c.example", "b.example"), ("a.example", "c.example")] {
            var other = try opener(origin, receiver)
            #expect(throws: SealingError.doesNotOpen) { try other.open(sealed[0], event: ids[0]) }
        }
        var wrong = try opener()
        #expect(throws: SealingError.doesNotOpen) { try wrong.open(sealed[0], event: ids[1]) }
        #expect(throws: SealingError.doesNotOpen) { try wrong.open(sealed[1], event: ids[1]) }
    }

    @Test func `a statement has one spelling, and is neither event nor token`() throws {
        let key = SigningKey.generate()
        let digest = Base64.url.encode([UInt8](repeating: 1, count: 32))
        let statement = AudienceStatement(
            origin: "a.example", receiver: "b.example", agencies: ["gss:B", "ods:A"], size: 7, root: .emptyRoot,
            count: 3, digest: digest, asOf: Instant(seconds: 1_795_348_800), previous: digest)
        let jws = try statement.signed(by: key)
        let verified = try UnverifiedAudienceStatement(parsing: jws).verified(
            by: key.publicKey, origin: "a.example", receiver: "b.example")
        #expect(verified.statement == statement && verified.jws == jws)
        #expect(throws: StatementError.badSignature) {
            try UnverifiedAudienceStatement(parsing: jws).verified(
                by: SigningKey.generate().publicKey, origin: "a.example", receiver: "b.example")
        }
        let object = try #require(statement.json.object)
        let spellings: [JSON] = [
            .object(JSONObject(object.members.map { ($0.name, $0.value) } + [("more", true)])),
            .object(JSONObject(object.members.reversed().map { ($0.name, $0.value) })),
            .object(
                JSONObject(
                    object.members.map { ($0.name, $0.name == "agencies" ? ["ods:A", "gss:B"] as JSON : $0.value) })),
            .object(JSONObject(object.members.map { ($0.name, $0.name == "count" ? 8 as JSON : $0.value) })),
            .object(JSONObject(object.members.map { ($0.name, $0.name == "digest" ? "x" as JSON : $0.value) })),
        ]
        for json in spellings { #expect(AudienceStatement(json: json) == nil) }
        let asEvent = try CompactJWS.sign(statement.json.bytes, type: nil, key: key)
        #expect(throws: StatementError.otherType) { try UnverifiedAudienceStatement(parsing: asEvent) }
        #expect(throws: EventParseError.self) { try UnverifiedToken(parsing: jws) }
    }

    @Test func `the digest is the format's, whatever the order in which entries came`() throws {
        var random = SeededGenerator(seed: 3)
        let entries = (0..<200).map { (Int64($0 * 3), MerkleHash.leaf(random.bytes(20))) }
        var hasher = SHA256()
        for (index, leaf) in entries {
            hasher.update(data: (0..<8).map { UInt8(truncatingIfNeeded: index >> (56 - 8 * $0)) })
            hasher.update(data: leaf.bytes)
        }
        let expected = Base64.url.encode(Array(hasher.finalize()))
        for _ in 0..<5 {
            var addressed = AddressedEntries()
            var shuffled = entries.shuffled(using: &random)
            shuffled += shuffled.prefix(20)
            for (place, entry) in shuffled.enumerated() {
                let isNew = addressed.insert(entry.0, entry.1)
                #expect(isNew == (place < entries.count))
                if place % 50 == 0 { _ = addressed.digest() }
            }
            #expect(addressed.digest() == expected && addressed.count == 200)
            #expect(addressed.contains(597) && !addressed.contains(598))
        }
    }
}
