import Encodings
import EventStore
import SharingClient
import Support
import Testing

@Suite struct ReceiptTests {
    private let signer: NoteSigner
    private let pinned: VerifierKeyText

    init() throws {
        signer = try NoteSigner(name: "sharing.example", key: .generate())
        pinned = try VerifierKeyText(signer.verifierKey.description)
    }

    private func receipt(index: Int64, size: Int64, by signer: NoteSigner) throws -> PostedReceipt {
        let checkpoint = Checkpoint(origin: "sharing.example", size: size, root: .emptyRoot)
        let json = JSON.object([
            "id": "0192f3c4-0000-7000-8000-000000000001", "index": .integer(index), "leafHash": "",
            "outcome": "permitted",
            "recorded": "2026-11-22T12:00:00.000Z", "checkpoint": .string(try signer.sign(checkpoint.text).note),
            "follows": [
                .object([
                    "id": "0192f3c4-0000-7000-8000-000000000002", "index": .integer(index + 1),
                    "type": "sharing.disclosure.decided.v1",
                ])
            ],
        ])
        return try #require(PostedReceipt(json: json))
    }

    @Test func aReceiptOfThePinnedLogHolds() throws {
        let receipt = try receipt(index: 4, size: 6, by: signer)
        try receipt.check(against: pinned)
        #expect(receipt.follows.map(\.index) == [5])
        #expect(receipt.outcome == "permitted")
    }

    @Test func aCheckpointByAnotherKeyIsNotBelieved() throws {
        let other = try NoteSigner(name: "sharing.example", key: .generate())
        let receipt = try receipt(index: 4, size: 6, by: other)
        #expect(throws: ClientError.self) { try receipt.check(against: pinned) }
    }

    @Test func aCheckpointThatEndsBeforeTheEventIsNotBelieved() throws {
        let receipt = try receipt(index: 6, size: 6, by: signer)
        #expect(throws: ClientError.self) { try receipt.check(against: pinned) }
    }

    @Test(arguments: ["id", "index", "outcome", "checkpoint", "recorded"])
    func aReceiptLacksNothing(_ name: String) throws {
        var members = try #require(try receipt(index: 0, size: 1, by: signer).json.object)
        members[name] = nil
        #expect(PostedReceipt(json: .object(members)) == nil)
    }
}
