import Encodings

@testable import EventStore

/// Seeds with keys and signatures in them. The keys are new each time: nothing here trusts them.
extension Seeds {
    static func signed() throws -> [String: [[UInt8]]] {
        let key = SigningKey.generate(.ed25519)
        let other = SigningKey.generate(.es256)
        var maker = DisclosureMaker(using: SystemRandomNumberGenerator())
        let inner = maker.conceal(name: "inner", value: .array([1, "two", .null]))
        let outer = maker.conceal(name: "outer", value: .object(["_sd": [.string(inner.digest)]]))
        let element = maker.element("three")
        let payload = JSON.object([
            "_sd_alg": "sha-256",
            "data": .object([
                "_sd": [.string(outer.digest)], "list": ["one", .object(["...": .string(element.digest)])],
            ]),
        ])
        let concealing = try EventSigner.sign(payload: payload, key: key, disclosures: maker.made)
        let plain = try EventSigner.sign(payload: .object(["id": "x", "data": .object([:])]), key: other)
        let agreement = AgreementKey.generate()
        let keys = [key.publicKey.jwk, other.publicKey.jwk, key.privateJWK, other.privateJWK, agreement.privateJWK]
        let events: [String: [[UInt8]]] = [
            "jws": [plain, concealing], "jws-parts": [parts(key)], "token": [tokenParts(other)],
            "jwk": keys.map(\.bytes), "body": [plain, concealing].map { [UInt8](repeating: 5, count: 32) + $0 },
            "entry": try entries(key),
        ]
        return try events.merging(notes(key)) { first, _ in first }
    }

    private static func parts(_ key: SigningKey) -> [UInt8] {
        let header = #"{"alg":"Ed25519","kid":""# + key.thumbprint.description + #""}"#
        return Array(
            (header + "\n" + #"{"_sd_alg":"sha-256","data":{"_sd":["@1"],"list":["one",{"...":"@2"}]}}"# + "\n"
                + #"["salt","inner",[1,"two"]]"# + "\n" + #"["salt","outer",{"_sd":["@0"]}]"# + "\n"
                + #"["salt","three"]"#).utf8)
    }

    private static func tokenParts(_ key: SigningKey) -> [UInt8] {
        let header = #"{"alg":"ES256","kid":""# + key.thumbprint.description + #"","typ":"JWT"}"#
        let claims =
            #"{"iss":"ods:RBS25","aud":"sharing.example","iat":1800000000,"exp":1800000200.5,"jti":"1","actor":{"id":"w","role":"r"}}"#
        return Array((header + "\n" + claims).utf8)
    }

    static func entries(_ key: SigningKey) throws -> [[UInt8]] {
        let (id, now) = (UniqueID.random(), Instant(seconds: 1_800_000_000))
        let commitment = Base64.url.encode([UInt8](repeating: 9, count: 32))
        let everything = try Entry(
            id: id, type: "sharing.referral.submitted.v1", author: "ods:RBS25", kid: key.thumbprint, subject: .random(),
            audience: ["gss:E08000012", "ods:RBS25"], cause: .random(), releases: [.random(), .random()], occurred: now,
            recorded: now.adding(seconds: 1), commitment: commitment)
        let least = try Entry(
            id: id, type: "sharing.agency.ended.v1", author: "site:sharing.example", kid: key.thumbprint, subject: nil,
            audience: ["*"], cause: nil, releases: [], occurred: now, recorded: now, commitment: commitment)
        return [everything.bytes, least.bytes]
    }

    private static func policies(_ log: VerifierKey) throws -> [String] {
        let keys = try (0..<3).map { try Cosignature(name: "w\($0).example", key: .generate()).verifierKey }
        let witnesses = zip(["a", "b", "c"], keys).map { "witness \($0) \($1) https://w.example/\($0)\n" }
        return [
            "quorum none\n", "# one log\nlog \(log)\n\(witnesses[0])quorum a\n",
            "log \(log) https://log.example\n\(witnesses.joined())group some any a b\ngroup most 2 some c\nquorum most\n",
            "\(witnesses.joined())group all-of-them all a b c\nquorum all-of-them\n",
        ]
    }

    private static func notes(_ key: SigningKey) throws -> [String: [[UInt8]]] {
        let signer = try CheckpointSigner(origin: origin, key: key)
        let leaves = (0..<7).map { MerkleHash.leaf([UInt8($0)]) }
        let new = try signer.sign(size: 7, root: Reference.root(leaves[...]))
        let old = try signer.sign(size: 3, root: Reference.root(leaves[..<3]))
        let empty = try signer.sign(size: 0, root: .emptyRoot)
        let witness = try Cosignature(name: "witness.example", key: .generate())
        let cosigned = new.signedNote.adding(try witness.sign(new.checkpoint.text, time: 1_800_000_000)).note
        let inclusion = Reference.inclusion(of: 2, in: leaves[...])
        let consistency = Reference.consistency(of: 3, in: leaves[...], true)
        let proofs = [
            TlogProof(index: 2, hashes: inclusion, checkpoint: new).text,
            TlogProof(index: 2, hashes: inclusion, checkpoint: new, extra: [1, 2, 3]).text,
        ]
        let requests = [
            AddCheckpointRequest(oldSize: 3, proof: consistency, checkpoint: new).body,
            AddCheckpointRequest(oldSize: 0, proof: [], checkpoint: new).body,
        ]
        return [
            "note": [new.note, cosigned].map { Array($0.utf8) },
            "checkpoint": [new.note, cosigned, empty.note].map { Array($0.utf8) },
            "verifier-key": [signer.verifierKey.description, witness.verifierKey.description].map { Array($0.utf8) },
            "tlog-proof": proofs.map { Array($0.utf8) },
            "consistency-proof": [Array(ConsistencyProof(old: old, new: new, hashes: consistency).text.utf8)],
            "add-checkpoint": requests.map { Array($0.utf8) },
            "tlog-policy": try policies(signer.verifierKey).map { Array($0.utf8) },
        ]
    }
}
