import Encodings
import EventStore
import Foundation
import GRDB
import Support
import Testing

/// `disclose explain --data` where what was signed is not what the log gives, cannot be looked at any more, or could not be recorded whole.
@Suite struct ExplainAgainTests {
    private static func request(_ house: TestHouse, _ id: UniqueID) throws -> [UInt8] {
        try house.compose(
            "disclosure.requested", house.council.id, house.council.key, TestHouse.person,
            .object([
                "from": .string(house.trust.id), "to": .string(house.council.id), "purpose": "early-help",
                "items": ["identity"], "reason": "needed",
                "actor": .object(["id": "w-1", "role": "social-worker"]),
            ]), id: id)
    }

    /// A site at which one request was refused, its daemon gone.
    private func refused() async throws -> (house: TestHouse, request: UniqueID) {
        let house = try await TestHouse()
        let daemon = try await Daemon.start(house.data)
        try await house.settle(daemon)
        let id = UniqueID.random()
        for event in [try house.described(), try Self.request(house, id)] {
            let answer = try await TestHouse.post(daemon, event)
            try #require(answer.status == 201, "\(answer.text)")
        }
        await daemon.stop()
        return (house, id)
    }

    private func explain(_ id: UniqueID, _ data: String, _ more: String...) async throws -> Executable.Result {
        try await Executable.sharectl.run(["disclose", "explain", id.description, "--data", data] + more)
    }

    /// The site's own keys sign a decision that the rules do not give: every signature and every hash of the log holds.
    @Test func `a decision that the site forged is told loudly, with what the log gives, and fails`() async throws {
        let (house, genuine) = try await refused()
        let honest = try await explain(genuine, house.data, "--format", "json")
        try #require(honest.code == 0, "\(honest.errors)")
        let recorded = try #require(try JSON.parse(Array(honest.output.utf8))["recorded"]?.object)
        let request = UniqueID.random()
        try Self.forge(request, in: house, decision: recorded)

        let words = try await explain(request, house.data)
        #expect(words.code == 1)
        #expect(words.output.contains("THE LOG GIVES ANOTHER DECISION TODAY"), "\(words.output)")
        #expect(words.output.contains("identity: withheld because"), "\(words.output)")
        #expect(words.errors.contains("the decision that was signed is not the one that the log gives"))
        let json = try await explain(request, house.data, "--format", "json")
        #expect(json.code == 1)
        let answer = try JSON.parse(Array(json.output.utf8))
        #expect(answer["same"] == false)
        #expect(answer["recorded"]?["outcome"] == "permitted")
        #expect(answer["evaluated"]?["outcome"] == "refused")
        // The other one still is what it was.
        #expect(try await explain(genuine, house.data).code == 0)
        let verified = try await Executable.sharectl.run(["log", "verify", "--data", house.data])
        #expect(verified.code == 0, "the log must be whole, or this shows something else: \(verified.errors)")
    }

    /// Appends a request with a decision that permits it.
    private static func forge(_ request: UniqueID, in house: TestHouse, decision: JSONObject) throws {
        let folder = DataFolder(path: house.data)
        let keys = try SiteKeys.load(from: folder)
        let storage = try SQLiteLogStorage(path: folder.log)
        let vault = try Vault(path: folder.vault, kek: keys.kek)
        let log = try EventLog(
            storage: storage, signer: try CheckpointSigner(origin: TestHouse.origin, key: keys.checkpoint),
            vault: vault)
        let subject = try #require(try vault.reference(for: TestHouse.person))
        let asked = try UnverifiedEvent(parsing: try Self.request(house, request)).verified(
            by: house.council.key.publicKey)
        var permitting = decision
        permitting["outcome"] = "permitted"
        permitting["items"] = [.object(["item": "identity", "result": "permitted"])]
        permitting["at"] = .integer(log.head.size)
        for name in ["nearest", "contact"] { permitting[name] = nil }
        let id = UniqueID.random()
        let site = "site:" + TestHouse.origin
        let decided = try EventSigner.signOwn(
            payload: .object([
                "specversion": "1.0", "id": .text(id), "source": .string(site), "site": .string(TestHouse.origin),
                "type": "sharing.disclosure.decided.v1", "time": .text(Instant.current),
                "subject": .string(TestHouse.person), "cause": .text(request),
                "datacontenttype": "application/json",
                "data": .object(["request": .text(request), "decision": .object(permitting)]),
            ]), key: keys.site)
        let now = Instant.current
        func draft(_ event: VerifiedEvent, _ id: UniqueID, _ author: String, _ cause: UniqueID?) throws -> EntryDraft {
            EntryDraft(
                event: event, id: id, type: try #require(event.payload["type"]?.string), author: author,
                subject: subject, audience: Set([house.council.id, house.trust.id, author]).sorted(), cause: cause,
                occurred: try #require(event.payload["time"]?.string.flatMap(Instant.init)), recorded: now)
        }
        _ = try log.append([
            try draft(asked, request, house.council.id, nil), try draft(decided, id, site, request),
        ])
    }

    /// As after an erasure: the key of the person is gone, and with it what was said about them.
    @Test func `where the person's key was destroyed it says erased, and does not call that a difference`() async throws
    {
        let (house, request) = try await refused()
        let vault = try DatabaseQueue(path: house.data + "/vault.sqlite")
        try await vault.write { try $0.execute(sql: "DELETE FROM identifier; DELETE FROM subject") }
        try vault.close()
        let words = try await explain(request, house.data)
        #expect(words.code == 0, "\(words.errors)")
        #expect(words.output.hasPrefix("erased: "), "\(words.output)")
        let json = try await explain(request, house.data, "--format", "json")
        #expect(try JSON.parse(Array(json.output.utf8)) == .object(["same": .null, "erased": true]))
    }

    @Test func `a decision with more obligations than one can hold is explained as it was recorded`() async throws {
        let world = try await PolicyHouse()
        let agreement = MadeUpAgreement.unrecordable(
            "many", from: world.trust.id, to: world.council.id, for: "complaint")
        try await world.agree(agreement, [world.trust, world.council])
        let asked = try await world.ask(
            world.council, world.trust, MadeUpAgreement.ordinary, for: "complaint", about: "local:\(world.trust.id):1")
        let shown = try await world.decision(asked, as: world.trust)
        #expect(shown.codes == ["evaluation-error"])
        // Of few of the items the obligations are few enough.
        let fewer = try await world.ask(
            world.council, world.trust, Array(MadeUpAgreement.ordinary.prefix(16)), for: "complaint",
            about: "local:\(world.trust.id):1")
        #expect(try await world.decision(fewer, as: world.trust)["obligations"]?.array?.count == 64)
        await world.daemon.stop()
        for id in [asked, fewer] {
            let words = try await explain(id, world.house.data)
            #expect(words.code == 0, "\(words.errors)")
            #expect(words.output.contains("the log gives the same decision today"), "\(words.output)")
        }
    }
}
