import Encodings
import EventStore
import Foundation
import Support
import Testing

/// A log as a site would never write it: nobody admits its events.
private final class UnguardedLog {
    let temporary: TemporaryFolder
    let folder: DataFolder
    let vkey: String
    let genesis: SigningKey
    let firstOperator: SigningKey
    private let log: EventLog
    private var clock: Int64 = 1_795_348_800_000

    static let origin = "sharing.test/unguarded"
    static let site = "site:" + origin

    init() throws {
        temporary = try TemporaryFolder()
        folder = DataFolder(path: temporary.path("site"))
        try folder.create()
        let keys = try SiteKeys.create(in: folder)
        let signer = try CheckpointSigner(origin: Self.origin, key: keys.checkpoint)
        vkey = signer.verifierKey.description
        genesis = keys.site
        firstOperator = try #require(keys.operator)
        log = try EventLog.create(
            storage: try SQLiteLogStorage(path: folder.log), signer: signer,
            vault: try Vault(path: folder.vault, kek: keys.kek))
        try add(
            "site.founded", Self.site, genesis,
            .object([
                "origin": .string(Self.origin), "name": "a site", "vkey": .string(vkey),
                "keys": [Self.announced(genesis, "site"), Self.announced(firstOperator, "operator")],
            ]))
    }

    static func announced(_ key: SigningKey, _ role: String) -> JSON {
        .object(["jwk": key.publicKey.jwk, "roles": [.string(role)]])
    }

    /// The time that the next event will have.
    var soon: Instant { Instant(milliseconds: clock + 1000) }

    func add(_ type: String, _ author: String, _ key: SigningKey, _ data: JSON) throws {
        clock += 1000
        let (id, time) = (UniqueID.random(), Instant(milliseconds: clock))
        let payload = JSON.object([
            "specversion": "1.0", "id": .text(id), "source": .string(author), "site": .string(Self.origin),
            "type": .string("sharing.\(type).v1"), "time": .text(time), "datacontenttype": "application/json",
            "data": data,
        ])
        _ = try log.append([
            EntryDraft(
                event: try EventSigner.signOwn(payload: payload, key: key), id: id, type: "sharing.\(type).v1",
                author: author, subject: nil, audience: ["*"], cause: nil, occurred: time, recorded: time)
        ])
    }

    func register(_ agency: String, _ key: SigningKey, by signer: SigningKey? = nil) throws {
        try add(
            "agency.registered", Self.site, signer ?? firstOperator,
            .object([
                "agency": .string(agency), "name": "an agency", "kind": "nhs", "publicAuthority": true,
                "keys": [Self.announced(key, "agency")],
            ]))
    }

    func enrol(_ key: SigningKey, _ role: String, for agency: String) throws {
        try add(
            "key.enrolled", Self.site, firstOperator,
            .object(["agency": .string(agency), "jwk": key.publicKey.jwk, "roles": [.string(role)]]))
    }

    func revoke(_ key: SigningKey, since: Instant) throws {
        try add(
            "key.revoked", Self.site, firstOperator,
            .object(["kid": .text(key.publicKey.thumbprint), "since": .text(since), "reason": "lost"]))
    }

    /// Something that the agency says, which has no effect on keys.
    func speak(_ agency: String, _ key: SigningKey) throws {
        try add("agreement.terminated", agency, key, .object(["agreement": "a-b-1", "version": 1, "reason": "over"]))
    }
}

/// The first implementation and the second judge the same logs, which no site would have admitted.
@Suite struct KeyFollowingTests {
    static let trust = "ods:RBS25"

    /// What goes wrong in a log: nil for nothing.
    private func write(_ story: String, _ log: UnguardedLog, _ key: SigningKey) throws -> String? {
        let (trust, second) = (Self.trust, SigningKey.generate())
        switch story {
        case "a registered key speaks":
            try log.register(trust, key)
            try log.speak(trust, key)
            return nil
        case "a key speaks that nobody enrolled":
            try log.speak(trust, key)
            return "no event before it enrolled"
        case "a key speaks before it is enrolled":
            try log.speak(trust, key)
            try log.register(trust, key)
            return "no event before it enrolled"
        case "a key speaks for another agency":
            try log.register(trust, key)
            try log.register("ods:XYZ12", second)
            try log.speak("ods:XYZ12", key)
            return "for another author"
        case "a key speaks after it was revoked":
            try log.register(trust, key)
            try log.speak(trust, key)
            try log.revoke(key, since: log.soon)
            try log.speak(trust, key)
            return "ended before"
        case "a key speaks after its agency ended":
            try log.register(trust, key)
            try log.add(
                "agency.ended", UnguardedLog.site, log.firstOperator,
                .object(["agency": .string(trust), "reason": "merged"]))
            try log.speak(trust, key)
            return "ended before"
        case "a key speaks that a key enrolled which was not to be trusted then", "the same, enrolled before that time":
            try log.enrol(second, "operator", for: UnguardedLog.site)
            let before = log.soon
            try log.register(trust, key, by: second)
            try log.revoke(second, since: story.hasPrefix("the same") ? log.soon : before)
            try log.speak(trust, key)
            return story.hasPrefix("the same") ? nil : "ended before"
        default:
            Issue.record("no such story")
            return nil
        }
    }

    @Test(
        .enabled(if: ExampleClientTests.python != nil),
        arguments: [
            "a registered key speaks", "a key speaks that nobody enrolled", "a key speaks before it is enrolled",
            "a key speaks for another agency", "a key speaks after it was revoked",
            "a key speaks after its agency ended",
            "a key speaks that a key enrolled which was not to be trusted then",
            "the same, enrolled before that time",
        ], [SignatureAlgorithm.ed25519, .es256])
    func `both implementations follow the keys of a log to the same end`(
        _ story: String, _ algorithm: SignatureAlgorithm
    ) async throws {
        let log = try UnguardedLog()
        let wrong = try write(story, log, .generate(algorithm))
        let data = log.folder.path
        let first = try await Executable.sharectl.run(["log", "verify", "--data", data, "--vkey", log.vkey])
        #expect(first.code == (wrong == nil ? 0 : 1), "\(first.output)\(first.errors)")
        let folder = log.temporary.path("exported")
        let export = try await Executable.sharectl.run(
            ["log", "export", folder, "--data", data, "--vkey", log.vkey])
        #expect(export.code == 0, "\(export.errors)")
        let second = try await ExportTests.verify(folder, log.vkey)
        #expect(second.code == first.code, "\(second.output)\(second.errors)")
        let faults = second.output.split(separator: "\n").filter { $0.hasPrefix("wrong") }
        #expect(faults.count == (wrong == nil ? 0 : 1))
        if let wrong { #expect(faults.first?.contains(wrong) == true, "\(second.output)") }
    }
}
