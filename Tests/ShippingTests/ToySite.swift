import Encodings
import EventStore
import Foundation
import Shipping
import Support

/// A site with a log of its own, that writes down what each of its events should let whom see.
final class ToySite {
    /// What this test knows of an event, apart from what the post room finds out.
    struct Written {
        let id: UniqueID
        let index: Int64
        let author: String
        let audience: [String]
        let subject: UniqueID?
        /// Names of its disclosures, each with a value that stands nowhere else.
        let secrets: [String: String]
        let fact: UniqueID?
        /// In the signed event itself.
        let text: String
        var releases: UniqueID?
        var permits: Set<String> = []
        var hosts: (agency: String, site: String)?
    }

    let origin: String
    let folder: TemporaryFolder
    let kek: KeyEncryptionKey
    let checkpointKey: SigningKey
    let siteKey: SigningKey
    let hpke = AgreementKey.generate()
    private(set) var keys: [String: SigningKey] = [:]
    private(set) var vault: Vault
    private(set) var log: EventLog
    private(set) var written: [Written] = []
    private(set) var clock: Int64 = 1_795_348_800_000

    var vkey: VerifierKey { log.keys.first }
    var author: String { "site:" + origin }

    init(_ origin: String) throws {
        self.origin = origin
        kek = .generate()
        checkpointKey = .generate()
        siteKey = .generate()
        folder = try TemporaryFolder(inMemory: true)
        vault = try Vault(path: folder.path("vault.sqlite"), kek: kek)
        log = try EventLog.create(
            storage: SQLiteLogStorage(path: folder.path("log.sqlite")),
            signer: CheckpointSigner(origin: origin, key: checkpointKey), vault: vault)
        keys["site:" + origin] = siteKey
        try append([
            draft(
                Toy.founded, by: author, audience: ["*"],
                ["agency": .string(author), "jwk": siteKey.publicKey.jwk, "vkey": .text(log.keys.first)])
        ])
    }

    /// The same site, from a copy of its files: two of one kind, which a site must never be.
    init(copying other: ToySite) throws {
        origin = other.origin
        folder = try TemporaryFolder(inMemory: true)
        kek = other.kek
        checkpointKey = other.checkpointKey
        siteKey = other.siteKey
        keys = other.keys
        written = other.written
        clock = other.clock
        try SQLiteLogStorage.readOnly(path: other.folder.path("log.sqlite")).backup(to: folder.path("log.sqlite"))
        try Vault.readOnly(path: other.folder.path("vault.sqlite"), kek: kek).backup(to: folder.path("vault.sqlite"))
        vault = try Vault(path: folder.path("vault.sqlite"), kek: kek)
        log = try EventLog(
            storage: SQLiteLogStorage(path: folder.path("log.sqlite")),
            signer: CheckpointSigner(origin: origin, key: checkpointKey), vault: vault)
    }

    var now: Instant { Instant(milliseconds: clock) }

    func pass(seconds: Int64) { clock += seconds * 1000 }

    /// Opens the log and vault again, as after a restart.
    func reopen() throws {
        vault = try Vault(path: folder.path("vault.sqlite"), kek: kek)
        log = try EventLog(
            storage: SQLiteLogStorage(path: folder.path("log.sqlite")),
            signer: CheckpointSigner(origin: origin, key: checkpointKey), vault: vault)
    }

    private func draft(
        _ type: String, by author: String, audience: [String], subject: UniqueID? = nil,
        _ data: KeyValuePairs<String, JSON?>, secrets: [(String, String)] = [], releases: UniqueID? = nil
    ) throws -> (EntryDraft, Written) {
        clock += 7
        let id = UniqueID.random()
        var maker = DisclosureMaker()
        for (name, value) in secrets { _ = maker.conceal(name: name, value: .string(value)) }
        var members = JSON.object(data).object ?? JSONObject()
        if !secrets.isEmpty { members["content"] = .object(["_sd": Disclosure.digests(of: maker.made)]) }
        let key = keys[author] ?? siteKey
        let payload = JSON.object([
            "specversion": "1.0", "id": .text(id), "source": .string(author), "site": .string(origin),
            "type": .string(type), "time": .text(now), "datacontenttype": "application/json", "data": .object(members),
        ])
        let event = try UnverifiedEvent(
            parsing: EventSigner.sign(payload: payload, key: key, disclosures: maker.made)
        ).verified(by: key.publicKey)
        let names = audience == ["*"] ? audience : Set(audience + [author]).sorted()
        let draft = EntryDraft(
            event: event, id: id, type: type, author: author, subject: subject, audience: names, cause: nil,
            releases: releases.map { [$0] } ?? [], occurred: now, recorded: now)
        let written = Written(
            id: id, index: 0, author: author, audience: names, subject: subject,
            secrets: Dictionary(uniqueKeysWithValues: secrets), fact: members["fact"]?.string.flatMap { UniqueID($0) },
            text: members["text"]?.string ?? "", releases: releases)
        return (draft, written)
    }

    @discardableResult
    private func append(_ drafts: [(EntryDraft, Written)]) throws -> [Written] {
        let appended = try log.append(drafts.map(\.0))
        let new = zip(appended, drafts).map { entry, draft in
            var written = Written(
                id: draft.1.id, index: entry.index, author: draft.1.author, audience: draft.1.audience,
                subject: draft.1.subject, secrets: draft.1.secrets, fact: draft.1.fact, text: draft.1.text,
                releases: draft.1.releases)
            written.permits = draft.1.permits
            written.hosts = draft.1.hosts
            return written
        }
        written += new
        return new
    }

    /// An agency gets a key, and is hosted at a site.
    func host(_ agency: String, at site: String) throws {
        let key = SigningKey.generate()
        keys[agency] = key
        var (draft, written) = try draft(
            Toy.hosted, by: author, audience: ["*"],
            ["agency": .string(agency), "site": .string(site), "jwk": key.publicKey.jwk])
        written.hosts = (agency, site)
        try append([(draft, written)])
    }

    /// A person, known by what stands nowhere else.
    func person(_ name: String) throws -> UniqueID { try vault.stageSubject(identifier: name, at: log.head.size) }

    @discardableResult
    func note(
        by author: String, for audience: [String] = [], about subject: UniqueID? = nil, secrets: [String] = [],
        fact: UniqueID? = nil, padding: Int = 0
    ) throws -> Written {
        let text = "text-" + UniqueID.random().description + String(repeating: ".", count: padding)
        let values = secrets.map { ($0, "secret-" + UniqueID.random().description) }
        return try append([
            draft(
                Toy.note, by: author, audience: audience, subject: subject,
                ["text": .string(text), "fact": fact.map { .text($0) }], secrets: values)
        ])[0]
    }

    /// The site lets an agency have some of an event.
    @discardableResult
    func decide(_ event: Written, to agency: String, permits: Set<String>) throws -> Written {
        let text = "text-" + UniqueID.random().description
        var (draft, written) = try draft(
            Toy.decided, by: author, audience: [event.author, agency], subject: event.subject,
            ["text": .string(text), "permits": .strings(permits.sorted())], releases: event.id)
        written.permits = permits
        return try append([(draft, written)])[0]
    }

    func revoke(_ agency: String) throws {
        guard let key = keys[agency] else { return }
        try append([draft(Toy.revoked, by: author, audience: ["*"], ["kid": .text(key.thumbprint)])])
    }

    /// The checkpoint key changes.
    func rotate() throws {
        let next = try CheckpointSigner(origin: origin, key: .generate())
        let (draft, new) = try draft(Toy.rotated, by: author, audience: ["*"], ["vkey": .text(next.verifierKey)])
        let entry = try log.append(announcing: next, by: draft)
        written.append(
            Written(
                id: new.id, index: entry.index, author: new.author, audience: new.audience, subject: nil, secrets: [:],
                fact: nil, text: ""))
        var keys = log.keys
        try keys.rotate(to: next.verifierKey.description, at: log.head.size - 1)
        log = try EventLog(
            storage: SQLiteLogStorage(path: folder.path("log.sqlite")), signer: next, keys: keys, vault: vault)
    }

    // MARK: What a receiver should have, found in another way than the post room's

    /// The names of the disclosures that a site should have of each event that is for it.
    func expected(at site: String) -> [UniqueID: Set<String>] {
        var hosted: Set<String> = []
        var have: [UniqueID: Set<String>] = [:]
        for event in written {
            func isNamed(_ event: Written) -> Bool { event.audience.contains { $0 == "*" || hosted.contains($0) } }
            let isAddressed = isNamed(event)
            if isAddressed { have[event.id] = Self.visible(event, hosted, have) }
            if let hosts = event.hosts, hosts.site == site {
                let newly = written.filter {
                    $0.index < event.index && $0.audience.contains(hosts.agency) && !isNamed($0)
                }
                hosted.insert(hosts.agency)
                // What becomes known at one position is known together: a reason may rest on what an older decision releases here.
                for older in newly { have[older.id, default: []] = have[older.id] ?? [] }
                for decision in newly {
                    guard let older = written.first(where: { $0.id == decision.releases }), !isNamed(older) else {
                        continue
                    }
                    have[older.id, default: []].formUnion(decision.permits.intersection(older.secrets.keys))
                }
                for older in newly { have[older.id, default: []].formUnion(Self.visible(older, hosted, have)) }
            }
            if let released = event.releases, isAddressed, let older = written.first(where: { $0.id == released }),
                !isNamed(older)
            {
                have[released, default: []].formUnion(event.permits.intersection(older.secrets.keys))
            }
        }
        return have
    }

    private static func visible(
        _ event: Written, _ hosted: Set<String>, _ have: [UniqueID: Set<String>]
    ) -> Set<String> {
        Set(
            event.secrets.keys.filter { name in
                hosted.contains(event.author) || name == "open"
                    || (name == "reason" && event.fact.map { have[$0] != nil } ?? false)
            })
    }
}
