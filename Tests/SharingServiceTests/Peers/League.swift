import Encodings
import EventStore
import Projections
import SharingModel
import Shipping
import SiteSupport
import Support
import Testing

@testable import SharingService

/// A trust, a council and a school, each with a site of its own: all of them each other's peers, with one agreement in force everywhere.
/// Shipments go by hand, so a test says who knows what when.
final class League {
    static let person = Partnership.person
    static let origins = ["trust.test", "council.test", "school.test"]

    let clock: ManualClock
    let trust = TestAgency("ods:RBS25", "nhs")
    let council = TestAgency("gss:E08000012", "council")
    let school = TestAgency("urn:104714", "education", .es256)
    let sites: [String: TestSite]

    var atTrust: TestSite { sites["trust.test"].unsafelyUnwrapped }
    var atCouncil: TestSite { sites["council.test"].unsafelyUnwrapped }
    var atSchool: TestSite { sites["school.test"].unsafelyUnwrapped }

    /// - Parameter agreement: the document that is agreed on.
    init(agreement: String? = nil) async throws {
        let clock = ManualClock()
        self.clock = clock
        var sites: [String: TestSite] = [:]
        for origin in Self.origins { sites[origin] = try TestSite(origin: origin, clock: clock) }
        self.sites = sites
        let hosts = [(trust, "trust.test"), (council, "council.test"), (school, "school.test")]
        for (origin, site) in sites {
            try await site.adoptBaseline()
            for (agency, host) in hosts {
                try await site.register(agency, site: host == origin ? nil : host, keys: host == origin)
            }
            for (other, peer) in sites where other != origin { try await site.add(peer) }
        }
        let document = try agreement ?? TestSite.shipped("agreements/liverpool-mash.yaml")
        try await atTrust.post("agreement.proposed", by: trust, .object(["document": .string(document)]))
        try await shipAll()
        for (agency, host) in hosts { try await sites[host]?.sign(document, by: agency) }
        try await shipAll()
    }

    /// Everything goes everywhere.
    func shipAll() async throws {
        for from in Self.origins { for to in Self.origins where from != to { try await ship(from, to) } }
    }

    /// What one site has for another goes there, and the other's log is told.
    @discardableResult
    func ship(_ origin: String, _ receiver: String) async throws -> Receipt? {
        let (from, to) = (try #require(sites[origin]?.site), try #require(sites[receiver]?.site))
        clock.advance(seconds: 1)
        let writer = ShipmentWriter(
            log: from.store.log, meaning: SharingMeaning(of: from.store), siteKey: from.store.siteKey,
            receiver: receiver)
        let peer = try #require(try to.store.projections.read { try $0.peer(origin) })
        let replica = try to.store.replicas.replica(of: peer)
        let key = to.store.agreementKey
        let trust = PeerTrust(siteKey: from.store.siteKey.publicKey, receiving: [key])
        repeat {
            let written = try writer.piece(replica.state.request(sealedTo: key.publicKey), now: clock.now)
            let verifier = PieceVerifier(
                trust: trust, state: replica.state, lookup: replica, source: .line, now: clock.now)
            try replica.commit(try verifier.verify(try verifier.parse(written.bytes)), now: clock.now)
        } while !replica.state.isComplete
        return try await sites[receiver]?.advance(origin)
    }

    /// Whether what a site shows is what its log and its replicas say, drawn as a daemon draws it and aside.
    func differences(at site: TestSite) throws -> [ProjectionDifference] {
        let folder = try TemporaryFolder()
        let (store, empty) = (site.site.store, MerkleHash.emptyRoot.bytes)
        return try [
            ProjectionStore(path: folder.path("a.sqlite"), emptyRoot: empty),
            ProjectionStore(drawingAt: folder.path("b.sqlite"), emptyRoot: empty),
        ].flatMap { drawn in
            _ = try Replay.run(drawn, from: store.log, replicas: store.replicas, progress: { _, _ in })
            return try store.projections.read { live in
                try drawn.read { try live.differences(from: $0, limit: 100).shown }
            }
        }
    }

    /// A decision taken again from a site's log and replicas.
    func retaken(_ id: UniqueID, at site: TestSite) throws -> Retaken {
        let folder = DataFolder(path: site.folder.path("site"))
        let log = try ReadOnlyLog(
            folder: folder, keys: site.site.store.log.keys, kek: SiteKeys.load(from: folder).kek)
        return try Retaken.of(id, in: log, replicas: Replicas(reading: folder, beside: log), progress: { _, _ in })
    }

    func end() async { for site in sites.values { await site.site.end() } }
}

extension TestSite {
    fileprivate func sign(_ document: String, by agency: TestAgency) async throws {
        try await post(
            "agreement.signed", by: agency,
            .object([
                "agreement": "liverpool-mash", "version": 3, "digest": .string(Digest.base64url(of: document)),
                "signatory": .object(["name": "A. Person", "office": "Caldicott Guardian"]),
            ]))
    }

    func add(_ peer: TestSite) async throws {
        let store = peer.site.store
        try await administer(
            "peer.added",
            .object([
                "origin": .string(store.origin), "url": .string("https://\(store.origin)"),
                "vkey": .string(store.log.verifierKey.description), "siteKey": store.siteKey.publicKey.jwk,
                "hpke": store.agreementKey.publicJWK,
            ]))
    }

    /// Tells the own log how far a peer's is known, if anything came.
    @discardableResult
    func advance(_ origin: String, to size: Int64? = nil, root: String? = nil, own: Bool = true) async throws
        -> Receipt?
    {
        let peer = try #require(try site.store.projections.read { try $0.peer(origin) })
        let replica = try site.store.replicas.replica(of: peer)
        let old = try site.store.projections.read { try $0.sync(of: peer)?.size } ?? 0
        let new = size ?? replica.state.cursor.size
        guard try size != nil || replica.broughtEvents(after: old, upTo: new) else { return nil }
        let bytes = try sign(
            "sync.advanced", by: site.store.siteKey, source: "site:" + site.origin,
            .object([
                "peer": .string(origin), "size": .integer(new),
                "root": .string(try root ?? Base64.standard.encode(replica.root(at: new).bytes)),
            ]))
        let received = try site.frontDesk.receive(bytes)
        let event = ReceivedEvent(verified: received.verified, event: received.event, isOwn: own)
        return try await site.record([event])[0].get()
    }
}

extension League {
    /// Something that the council's site may read.
    @discardableResult
    func trustDescribes() async throws -> Receipt { try await consent(at: atTrust, by: trust) }

    /// Consent that somebody passes on for early help what the trust knows in confidence.
    @discardableResult
    func consent(at site: TestSite, by agency: TestAgency) async throws -> Receipt {
        try await site.post(
            "consent.given", by: agency, subject: Self.person,
            .object([
                "kind": "confidentiality", "giver": "self", "purposes": ["early-help"], "items": ["*"],
                "recipients": [.string(council.id)], "holders": [.string(trust.id)], "method": "written",
                "from": "2026-01-01",
            ]))
    }

    @discardableResult
    func withdraw(_ consent: UniqueID, at site: TestSite, by agency: TestAgency) async throws -> Receipt {
        try await site.post(
            "consent.withdrawn", by: agency, subject: Self.person,
            .object(["consent": .string(consent.description), "by": "self"]))
    }

    /// The council asks the trust for early help, at its own site.
    @discardableResult
    func ask(_ items: [String]) async throws -> Receipt {
        try await atCouncil.post(
            "disclosure.requested", by: council, subject: Self.person,
            .object([
                "from": .string(trust.id), "to": .string(council.id), "purpose": "early-help",
                "items": .strings(items), "reason": "needed to plan support",
                "actor": Partnership.actor("social-worker"),
            ]))
    }

    /// A safeguarding referral from the school to the council, at the school's site.
    @discardableResult
    func refer() async throws -> Receipt {
        try await atSchool.post(
            "referral.submitted", by: school, subject: Self.person,
            .object([
                "from": .string(school.id), "to": .string(council.id), "urgency": "urgent",
                "purpose": "safeguarding-children", "actor": Partnership.actor("designated-safeguarding-lead"),
            ]),
            content: [
                ("referral.summary", "bruises, and a story that changes"), ("identity", .object(["name": "A. Child"])),
            ])
    }

    @discardableResult
    func step(
        _ verb: String, _ referral: UniqueID, at site: TestSite, by agency: TestAgency, reason: String? = nil
    ) async throws -> Receipt {
        try await site.post(
            "referral." + verb, by: agency, subject: Self.person,
            .object([
                "referral": .string(referral.description), "actor": Partnership.actor("social-worker"),
                "reason": reason.map(JSON.string),
            ]))
    }
}
