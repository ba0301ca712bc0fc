import Crypto
import Encodings
import EventStore
import Foundation
import Support
import Testing

/// A house with more agencies, in which agreements are signed, things are asked and answers looked at: over HTTP only.
struct PolicyHouse {
    typealias Agency = (id: String, key: SigningKey)
    typealias Members = KeyValuePairs<String, JSON?>

    let house: TestHouse
    var daemon: Daemon
    let school = (id: "urn:104714", key: SigningKey.generate())
    let charity = (id: "org:charity:1001", key: SigningKey.generate())
    let police = (id: "org:police:1", key: SigningKey.generate())

    var trust: Agency { house.trust }
    var council: Agency { house.council }

    init() async throws {
        house = try await TestHouse()
        daemon = try await Daemon.start(house.data)
        try await house.settle(daemon)
        for (agency, kind) in [(school, "education"), (charity, "voluntary"), (police, "police")] {
            try await register(agency, kind)
        }
    }

    func register(_ agency: Agency, _ kind: String) async throws {
        _ = try await post(
            "agency.registered", by: (id: "site:" + TestHouse.origin, key: house.operatorKey),
            [
                "agency": .string(agency.id), "name": .string(agency.id), "kind": .string(kind),
                "publicAuthority": .bool(kind != "voluntary"),
                "contacts": .object(["safeguarding": .string("safeguarding@\(kind).example")]),
                "keys": [.object(["jwk": agency.key.publicKey.jwk, "roles": ["agency", "ig-lead"]])],
            ])
    }

    /// Posts an event that must be taken.
    /// - Parameter follows: a member that names an earlier event.
    @discardableResult
    func post(
        _ type: String, by agency: Agency, about person: String? = nil, _ data: Members, id: UniqueID = .random(),
        content: [(String, JSON)] = [], follows: (member: String, event: UniqueID)? = nil
    ) async throws -> TestHouse.Answer {
        let answer = try await attempt(
            type, by: agency, about: person, data, id: id, content: content, follows: follows)
        try #require(answer.status == 201, "\(type): \(answer.text)")
        return answer
    }

    /// Posts an event that may be refused.
    func attempt(
        _ type: String, by agency: Agency, about person: String? = nil, _ data: Members, id: UniqueID = .random(),
        content: [(String, JSON)] = [], follows: (member: String, event: UniqueID)? = nil, cause: UniqueID? = nil
    ) async throws -> TestHouse.Answer {
        var members = JSON.object(data).object ?? JSONObject()
        if let follows { members[follows.member] = .text(follows.event) }
        let event = try house.compose(
            type, agency.id, agency.key, person, .object(members), id: id, content: content, cause: cause)
        return try await TestHouse.post(daemon, event, as: content.isEmpty ? "application/jose" : "application/sd-jwt")
    }

    /// Proposed by the first of its parties and signed by all.
    func agree(_ agreement: MadeUpAgreement, _ parties: [Agency]) async throws {
        try await agree(agreement.document, agreement.name, version: 1, parties)
    }

    func agree(_ document: String, _ name: String, version: Int64, _ parties: [Agency]) async throws {
        let first = try #require(parties.first)
        try await post("agreement.proposed", by: first, ["document": .string(document)])
        for party in parties {
            try await post(
                "agreement.signed", by: party,
                [
                    "agreement": .string(name), "version": .integer(version),
                    "digest": .string(Self.digest(document)),
                    "signatory": .object(["name": "A. Person", "office": "Caldicott Guardian"]),
                ])
        }
    }

    func ask(
        _ asker: Agency, _ holder: Agency, _ items: [String], for purpose: String, about person: String,
        breakGlass: JSON? = nil
    ) async throws -> UniqueID {
        let id = UniqueID.random()
        try await post(
            "disclosure.requested", by: asker, about: person,
            [
                "from": .string(holder.id), "to": .string(asker.id), "purpose": .string(purpose),
                "items": .strings(items), "reason": "needed", "actor": Self.actor("social-worker"),
                "breakGlass": breakGlass,
            ], id: id)
        return id
    }

    static func digest(_ document: String) -> String {
        Base64.url.encode(Array(SHA256.hash(data: Data(document.utf8))))
    }

    static func actor(_ role: String) -> JSON { .object(["id": "w-1", "role": .string(role)]) }

    func get(_ path: String, as agency: Agency) async throws -> TestHouse.Answer {
        try await TestHouse.send(daemon, path, headers: house.token(agency))
    }

    /// What an agency is shown of a decision.
    func decision(_ id: UniqueID, as agency: Agency) async throws -> JSON {
        let answer = try await get("/v1/disclosures/\(id)", as: agency)
        try #require(answer.status == 200, "\(answer.text)")
        return answer.json["decision"] ?? .null
    }
}

extension JSON {
    /// The codes of a decision's items.
    var codes: Set<String> {
        Set(self["items"]?.array?.flatMap { $0["codes"]?.array?.compactMap(\.string) ?? [] } ?? [])
    }
}
