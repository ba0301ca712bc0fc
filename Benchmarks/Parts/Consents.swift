import Encodings
import EventStore
import Foundation
import Locking
import SharingModel

/// Signed consents of invented people, as `sharectl bench` posts them, and a site's log in a temporary folder that holds some of them.
final class Consents: Sendable {
    /// Made when it is first asked for.
    static let shared = Result { try Consents() }

    static let people = 256
    static let agency = "ods:BENCH"

    let key: SigningKey
    let persons = BenchPeople.identifiers(Consents.people)
    /// As they are posted.
    let signed: [[UInt8]]
    let folder = NSTemporaryDirectory() + "/parts-" + UUID().uuidString

    private let logs = Locked<[String: (log: EventLog, vault: Vault)]>([:])

    private init() throws {
        key = .generate()
        let (key, persons) = (key, persons)
        signed = try (0..<Self.people).map { number in
            try EventSigner.sign(payload: Self.payload(about: persons[number % persons.count]), key: key)
        }
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    static let now = Instant(milliseconds: 1_795_348_800_000)

    private static func payload(about person: String) -> JSON {
        .object([
            "specversion": "1.0", "id": .text(UniqueID.random()), "source": .string(agency), "site": "bench.example",
            "type": .string(EventType.consentGiven.rawValue), "time": .text(now), "subject": .string(person),
            "datacontenttype": "application/json",
            "data": .object([
                "kind": "confidentiality", "giver": "self", "purposes": ["early-help"],
                "items": ["identity", "contact"], "recipients": ["council"], "holders": [.string(agency)],
                "method": "verbal", "from": .string(now.day.description),
            ]),
        ])
    }

    /// Events that nobody has seen yet.
    func fresh(_ count: Int) throws -> [VerifiedEvent] {
        try (0..<count).map { number in
            try EventSigner.signOwn(payload: Self.payload(about: persons[number % persons.count]), key: key)
        }
    }

    /// A new log of its own.
    func log(_ name: String) throws -> (log: EventLog, vault: Vault) {
        let path = folder + "/" + name + "-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let vault = try Vault(path: path + "/vault.sqlite", kek: .generate())
        let log = try EventLog.create(
            storage: try SQLiteLogStorage(path: path + "/log.sqlite"),
            signer: try CheckpointSigner(origin: "bench.example", key: .generate()), vault: vault)
        return (log, vault)
    }

    /// The log of that name, made when it is first asked for, and the same for every sample: the first operation on a new file is not what is measured.
    func sharedLog(_ name: String, filled events: Int = 0) throws -> (log: EventLog, vault: Vault) {
        try logs.withLock { logs in
            if let found = logs[name] { return found }
            let made = try log(name)
            for _ in 0..<(events / 512) { _ = try made.log.append(drafts(fresh(512), made.log, made.vault)) }
            logs[name] = made
            return made
        }
    }

    /// What the registrar adds to an event, persons met for the first time among it.
    func drafts(_ events: [VerifiedEvent], _ log: EventLog, _ vault: Vault) throws -> [EntryDraft] {
        let size = log.head.size
        return try events.enumerated().map { offset, event in
            let person = persons[offset % persons.count]
            let subject =
                try vault.reference(for: person)
                ?? vault.stageSubject(identifier: person, at: size + Int64(offset))
            return try draft(event, subject: subject)
        }
    }

    func draft(_ event: VerifiedEvent, subject: UniqueID?) throws -> EntryDraft {
        guard let id = event.payload["id"]?.string.flatMap(UniqueID.init), let type = event.payload["type"]?.string
        else {
            throw EventParseError.empty
        }
        return EntryDraft(
            event: event, id: id, type: type, author: Self.agency, subject: subject,
            audience: ["gss:E08000099", Self.agency], cause: nil, occurred: Self.now, recorded: Self.now)
    }
}
