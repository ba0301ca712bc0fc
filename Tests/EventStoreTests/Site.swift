import Encodings
import EventStore
import Foundation
import Support
import Testing

/// A log in a temporary folder, with keys and events to fill it.
final class Site {
    static let origin = "log.example.org/site"

    let temporary: TemporaryFolder
    let folder: DataFolder
    let checkpointKey = SigningKey.generate()
    let signer: CheckpointSigner
    let kek = KeyEncryptionKey.generate()
    let author = SigningKey.generate()
    let storage: FaultyStorage
    private(set) var vault: Vault
    private(set) var log: EventLog
    /// Milliseconds; each event is a little later.
    private var clock: Int64 = 1_795_348_800_000

    init() throws {
        temporary = try TemporaryFolder()
        folder = DataFolder(path: temporary.url.path)
        signer = try CheckpointSigner(origin: Self.origin, key: checkpointKey)
        storage = FaultyStorage(try SQLiteLogStorage(path: folder.log))
        vault = try Vault(path: folder.vault, kek: kek)
        log = try EventLog.create(storage: storage, signer: signer, vault: vault)
    }

    /// Opens everything again, as after a crash: what is not in the files is forgotten.
    func reopen() throws {
        storage.inner = try SQLiteLogStorage(path: folder.log)
        vault = try Vault(path: folder.vault, kek: kek)
        log = try EventLog(storage: storage, signer: signer, vault: vault)
    }

    func now() -> Instant {
        clock += 7
        return Instant(milliseconds: clock)
    }

    /// A draft of a signed event.
    /// - Parameters:
    ///   - naming: the identifier of the person, in the event.
    ///   - disclosing: items of its content, concealed in `_sd`.
    func draft(
        id: UniqueID = .random(), subject: UniqueID? = nil, naming identifier: String? = nil,
        disclosing items: [String] = [], key: SigningKey? = nil, recorded: Instant? = nil, padding: Int = 0
    ) throws -> EntryDraft {
        let time = now()
        var maker = DisclosureMaker()
        for item in items { _ = maker.conceal(name: item, value: .string("value of \(item)")) }
        let payload = Payload.event(
            id: id, time: time, subject: identifier, concealed: maker.made, padding: padding)
        let event = try UnverifiedEvent(
            parsing: EventSigner.sign(payload: payload, key: key ?? author, disclosures: maker.made)
        ).verified(by: (key ?? author).publicKey)
        return EntryDraft(
            event: event, id: id, type: Payload.type, author: Payload.source, subject: subject,
            audience: ["gss:E08000012", "ods:RBS25"], cause: nil, occurred: time, recorded: recorded ?? time)
    }

    @discardableResult
    func append(_ count: Int, subject: UniqueID? = nil, disclosing items: [String] = []) throws -> [AppendedEntry] {
        try log.append((0..<count).map { _ in try draft(subject: subject, disclosing: items) })
    }

    /// A person with a committed key, for the next append.
    func person(_ identifier: String = "nhs:9476719931") throws -> UniqueID {
        try vault.stageSubject(identifier: identifier, at: log.head.size)
    }

    var timeline: SingleKey { SingleKey(key: author.publicKey) }

    func verify(vault: Vault? = nil, timeline: (any KeyTimeline)? = nil) async -> VerificationReport {
        await LogVerifier(
            storage: storage, vault: vault ?? self.vault, key: signer.verifierKey, timeline: timeline ?? self.timeline
        ).run()
    }
}

enum Payload {
    static let type = "example.thing.happened.v1"
    static let source = "ods:RBS25"

    static func event(
        id: UniqueID, time: Instant, subject: String? = nil, concealed: [Disclosure] = [], padding: Int = 0
    ) -> JSON {
        let content = concealed.isEmpty ? nil : JSON.object(["_sd": Disclosure.digests(of: concealed)])
        return .object([
            "specversion": "1.0", "id": .string(id.description), "source": .string(source),
            "site": .string(Site.origin),
            "type": .string(type), "time": .string(time.description), "datacontenttype": "application/json",
            "subject": subject.map(JSON.string),
            "data": .object([
                "content": content, "note": .string("something happened" + String(repeating: ".", count: padding)),
            ]),
        ])
    }
}

/// One key, valid everywhere for everybody.
struct SingleKey: KeyTimeline {
    let key: PublicKey
    var revokedFrom = Int64.max

    func standing(of kid: Thumbprint, author: String, at index: Int64) -> KeyStanding {
        guard kid == key.thumbprint else { return .unknown }
        guard author == Payload.source else { return .otherAuthor }
        return index < revokedFrom ? .valid(key) : .revoked
    }
}
