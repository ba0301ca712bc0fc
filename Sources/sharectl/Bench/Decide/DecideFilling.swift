import Encodings
import EventStore
import Projections
import SharingModel
import SharingPolicy
import SharingService

/// Draws an invented region's projections, event by event, as the registrar does. There is no log behind them: signing a million events is
/// `bench verify`'s matter.
struct DecideFilling {
    let world: DecideWorld
    private var ids: SeededSource
    private var index: Int64 = 0
    private let siteKey = SigningKey.generate()
    private var kids: [AgencyID: String] = [:]

    /// Events of one transaction.
    private static let slice = 10_000

    init(_ world: DecideWorld) {
        self.world = world
        ids = SeededSource(seed: world.seed ^ 0x1D5)
    }

    mutating func fill(_ store: ProjectionStore, baseline: String, progress: (Int, Int) -> Void) throws {
        try store.write { try setUp($0, baseline) }
        var consent = 0
        while consent < world.consents {
            let numbers = consent..<min(consent + Self.slice, world.consents)
            try store.write { writer in
                for number in numbers {
                    let given = world.consent(number)
                    let id = try apply(given, writer)
                    if world.isWithdrawn(number) {
                        _ = try apply(
                            world.withdrawal(of: id, by: given.author, person: number % world.persons), writer)
                    }
                }
            }
            consent = numbers.upperBound
            progress(consent, world.consents)
        }
        var person = 0
        while person < world.persons {
            let numbers = person..<min(person + Self.slice, world.persons)
            try store.write { writer in
                let keys = try KeyBook(writer.reader)
                var shelf = PolicyShelf()
                for number in numbers {
                    for fact in world.facts(about: number) { _ = try apply(fact, writer) }
                    if let referral = world.referral(of: number) { try refer(referral, writer, keys, &shelf) }
                }
            }
            person = numbers.upperBound
        }
        let (size, root) = (index, [UInt8](repeating: 0, count: 32))
        try store.write { try $0.advance(to: ProjectionStore.Position(size: size, root: root)) }
    }

    private mutating func setUp(_ writer: ProjectionWriter, _ baseline: String) throws {
        kids[world.site] = siteKey.publicKey.thumbprint.description
        func keyed(_ key: SigningKey, _ roles: [String]) -> JSON {
            .object(["jwk": key.publicKey.jwk, "roles": .strings(roles)])
        }
        for (agency, kind) in world.agencies {
            let key = SigningKey.generate()
            kids[agency] = key.publicKey.thumbprint.description
            _ = try apply(
                DecideWorld.Happening(
                    type: .agencyRegistered, author: world.site,
                    data: .object([
                        "agency": .string(agency.text), "name": "Measurement", "kind": .string(kind.rawValue),
                        "publicAuthority": true, "contacts": .object(["dpo": "dpo@agency.example"]),
                        "keys": [keyed(key, ["agency", "ig-lead"])],
                    ])), writer)
        }
        _ = try apply(
            DecideWorld.Happening(
                type: .baselineAdopted, author: world.site, data: .object(["document": .string(baseline)])), writer)
        for number in 0..<world.agreements {
            let document = world.document(number)
            let parties = world.partnerships[number].all
            _ = try apply(
                DecideWorld.Happening(
                    type: .agreementProposed, author: parties[0], data: .object(["document": .string(document)]),
                    audience: parties), writer)
            for party in parties {
                _ = try apply(
                    DecideWorld.Happening(
                        type: .agreementSigned, author: party,
                        data: .object([
                            "agreement": .string(DecideWorld.name(number)), "version": 1,
                            "digest": .string(Digest.base64url(of: document)),
                            "signatory": .object(["name": "A. Person", "office": "Caldicott Guardian"]),
                        ]), audience: parties), writer)
            }
        }
    }

    /// A referral with the decision on it, which is what lets it reach anybody.
    private mutating func refer(
        _ happening: DecideWorld.Happening, _ writer: ProjectionWriter, _ keys: KeyBook, _ shelf: inout PolicyShelf
    ) throws {
        let at = index
        let id = try apply(happening, writer)
        guard let person = happening.person, let from = happening.data["from"]?.string,
            let to = happening.data["to"]?.string, let summary = ItemCode("referral.summary")
        else { return }
        let gathering = FactGathering(reader: writer.reader, keys: keys, replicas: [])
        let task = DecisionTask(
            kind: .referral, holder: try AgencyID(from), recipient: try AgencyID(to),
            purpose: PurposeCode(unchecked: "safeguarding-children"), items: [Question.Item(summary)],
            role: RoleCode(unchecked: "nurse"), releases: id)
        let question = try gathering.question(task, about: EventReference(id: id, index: at))
        let facts = try gathering.facts(
            about: world.subjects[person], for: question, at: at, now: world.clock, shelf: &shelf)
        let decision = Judge.decide(question, facts)
        _ = try apply(
            DecideWorld.Happening(
                type: .disclosureDecided, author: world.site, person: person,
                data: .object(["request": .text(id), "decision": decision.json]), audience: [task.holder]),
            writer, cause: id, releases: decision.permittedItems.isEmpty ? [] : [id])
    }

    private mutating func apply(
        _ happening: DecideWorld.Happening, _ writer: ProjectionWriter, cause: UniqueID? = nil,
        releases: [UniqueID] = []
    ) throws -> UniqueID {
        let id = UniqueID.random(using: &ids)
        let payload = JSON.object([
            "specversion": "1.0", "id": .text(id), "source": .string(happening.author.text),
            "site": .string(world.origin), "type": .string(happening.type.rawValue), "time": .text(world.clock),
            "subject": happening.person.map { .string(world.identifiers[$0]) }, "cause": cause.map { .text($0) },
            "datacontenttype": "application/json", "_sd_alg": happening.content == nil ? nil : "sha-256",
            "data": happening.data,
        ])
        var resolved = payload
        if let content = happening.content, var members = payload.object, var data = happening.data.object {
            data["content"] = .object(content)
            members["data"] = .object(data)
            resolved = .object(members)
        }
        let event = try SharingEvent.decode(
            payload: payload, resolved: resolved, sdPointers: happening.content == nil ? [] : ["/data/content"])
        try writer.apply(
            RecordedEvent(
                index: index, id: id, type: happening.type.rawValue, author: happening.author,
                kid: kids[happening.author] ?? "", subject: happening.person.map { world.subjects[$0] },
                audience: happening.audience.isEmpty
                    ? ["*"] : Set(happening.audience + [happening.author]).map(\.text).sorted(),
                cause: cause, releases: releases, recorded: world.clock, event: event))
        index += 1
        return id
    }
}
