import Encodings

extension ForkDetected: Record {
    init(reading members: inout MemberReader) {
        peer = members.required("peer", .origin)
        evidence = members.required("evidence", .record())
    }
}

extension RecordedForkEvidence: Record {
    /// As many hashes as a consistency proof can have: the depth of a tree that 63 bits count, and one.
    private static let hashes = 0...64

    init(reading members: inout MemberReader) {
        kind = members.required("kind", .oneOf())
        older = members.required("older", .prose)
        newer = members.required("newer", .prose)
        root = members.optional("root", .treeHash)
        proof = members.optional("proof", .list(.treeHash, Self.hashes))
        givenUp = members.optional("givenUp", .record())
        members.rule(
            "evidence of a fork has `root` and `proof`, evidence of a log that went back has neither", at: "kind",
            code: "evidence-incomplete",
            holds: kind == .fork ? root != nil && proof != nil : root == nil && proof == nil)
    }
}

extension RecordedForkEvidence.GivenUp: Record {
    init(reading members: inout MemberReader) {
        from = members.required("from", .whole(0...Int64.max))
        to = members.required("to", .whole(0...Int64.max))
        reason = members.required("reason", .prose)
    }
}

extension Field where Value == String {
    /// A hash of a Merkle tree in standard base64, as in checkpoints.
    static var treeHash: Field {
        .text(
            TextFormat("44 characters of base64, a SHA-256 hash", pattern: "^[A-Za-z0-9+/]{43}=$") {
                $0.utf8.count == 44 && Base64.standard.decode($0)?.count == 32
            }, placeholder: ""
        ) { $0 }
    }
}
