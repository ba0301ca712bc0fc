import Encodings
import Foundation
import GRDB
import SharingService
import SiteSupport
import Support
import Testing

@testable import EventStore

/// What somebody has who got hold of a site's files, one by one or together (docs/THREATS.md, section 5).
@Suite struct StolenFilesTests {
    /// Who it is about, in every spelling that was recorded.
    private static let identities = [
        League.person, String(League.person.dropFirst(4)), Partnership.otherPerson, "4010232137",
    ]
    /// What was shared about them, and what people wrote.
    private static let contents = [
        "bruises", "A. Child", "a quiet word", "a threat", "A. Nurse", "A. Doctor", "a sister",
        "somebody would be hurt",
        "needed to plan support", "weighed",
    ]
    private static let birthDate = "1999-05-04"

    /// Three sites with facts, consents, referrals, requests and a delivery, shipped to each other and at their end.
    private func story() async throws -> League {
        let league = try await League()
        let site = league.atTrust
        for (type, data) in Partnership.facts {
            let receipt = try await site.post(type, by: league.trust, subject: Partnership.otherPerson, data)
            guard type == "status.recorded" else { continue }
            try await site.post(
                "status.ended", by: league.trust, subject: Partnership.otherPerson,
                .object(["status": .string(receipt.id.description), "reason": "weighed"]))
        }
        try await site.post(
            "subject.described", by: league.trust, subject: League.person,
            .object(["birthDate": .string(Self.birthDate), "source": "school"]))
        try await league.consent(at: site, by: league.trust)
        let referral = try await league.refer()
        try await league.shipAll()
        try await league.step("received", referral.id, at: league.atCouncil, by: league.council)
        try await league.ask(["identity"])
        try await league.shipAll()
        let delivery = try await site.post(
            "disclosure.delivered", by: league.trust, subject: League.person,
            .object([
                "from": .string(league.trust.id), "to": .string(league.council.id), "purpose": "early-help",
                "actor": Partnership.actor("nurse"),
            ]), content: [("identity", "a quiet word")])
        #expect(delivery.outcome == "permitted")
        try await league.shipAll()
        await league.end()
        return league
    }

    /// What of these words stands in some bytes: as it is, in hexadecimal, or somewhere within base64url, as in a signed event.
    private func found(_ words: [String], in bytes: Data) -> Set<String> {
        Set(
            words.filter { word in
                let plain = Array(word.utf8)
                // Where it begins in a group of three decides how it is spelt; its first and last letters share theirs with what is beside it.
                let coded = (0..<3).map { lead in
                    Base64.url.encode([UInt8](repeating: 0, count: lead) + plain).dropFirst(lead == 0 ? 0 : lead + 1)
                        .dropLast()
                }
                let spellings = [word, Hex.encode(plain)] + coded.map(String.init)
                return spellings.contains { bytes.range(of: Data($0.utf8)) != nil }
            })
    }

    /// Every file of a site by its place in the folder.
    private func files(of site: TestSite) throws -> [String: Data] {
        let root = site.folder.path("site")
        let names = try FileManager.default.subpathsOfDirectory(atPath: root)
        return Dictionary(
            uniqueKeysWithValues: names.compactMap { name in
                FileManager.default.contents(atPath: root + "/" + name).map { (name, $0) }
            })
    }

    @Test func `no file of a site by itself says who anybody is or what was shared, and only the projections say more`()
        async throws
    {
        let league = try await story()
        var (seen, replicas) = (Set<String>(), 0)
        for (origin, site) in league.sites {
            for (name, bytes) in try files(of: site) {
                let place = "\(name) of \(origin)"
                #expect(found(Self.identities, in: bytes).isEmpty, "\(place)")
                #expect(found(Self.contents, in: bytes) == [], "\(place)")
                let isProjection = name.hasPrefix("projections.sqlite")
                let told = found([Self.birthDate], in: bytes)
                #expect(told.isEmpty || isProjection, "\(place)")
                if !told.isEmpty { seen.insert(origin) }
                if name.hasPrefix("replicas/"), bytes.count > 4_096 { replicas += 1 }
            }
            // It would be found: what is about nobody stands there as it was signed.
            let log = try files(of: site).filter { $0.key.hasPrefix("log.sqlite") }.values
            #expect(log.contains { !found(["Agency ods:RBS25"], in: $0).isEmpty })
        }
        #expect(seen.contains("trust.test"), "the projections tell dates of birth")
        #expect(replicas >= 6, "each site has what came of the two others")
        let vault = try DatabaseQueue(path: league.atTrust.folder.path("site/vault.sqlite"))
        #expect(try await vault.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM identifier") } == 2)
    }

    @Test func `the log and the vault together stay shut without kek, and with it say everything`() async throws {
        let league = try await story()
        let site = league.atTrust
        let whole = DataFolder(path: site.folder.path("site"))
        let published = site.site.store.log.keys
        let folder = try TemporaryFolder()
        let thief = DataFolder(path: folder.path("thief"))
        try FileManager.default.createDirectory(atPath: thief.path, withIntermediateDirectories: true)
        func steal(_ name: String) throws {
            for end in ["", "-wal"] where FileManager.default.fileExists(atPath: whole.path + "/" + name + end) {
                try FileManager.default.copyItem(
                    atPath: whole.path + "/" + name + end, toPath: thief.path + "/" + name + end)
            }
        }
        /// What all bodies about people that open say, in one.
        func read(_ kek: KeyEncryptionKey?) throws -> Data {
            let log = try ReadOnlyLog(folder: thief, keys: published, kek: kek)
            return try log.events(in: 0..<log.head.size).reduce(into: Data()) { said, event in
                guard event.entry.subject != nil, let body = event.body.opened else { return }
                said += body.jws + body.disclosures.flatMap { $0 }
            }
        }
        try steal("log.sqlite")
        #expect(try read(nil).isEmpty)
        try steal("vault.sqlite")
        #expect(throws: LogError.vault(.wrongKey)) { try read(.generate()) }
        try steal("keys")
        let said = try read(SiteKeys.load(from: thief).kek)
        #expect(found(Self.identities, in: said) == Set(Self.identities))
        #expect(found(["a quiet word", Self.birthDate, "weighed"], in: said).count == 3)
        // The keys and the log without the vault are no more than the log.
        try FileManager.default.removeItem(atPath: thief.vault)
        #expect(throws: LogError.self) { try read(SiteKeys.load(from: thief).kek) }
    }

    @Test func `the keys alone make somebody the site, who signs checkpoints and enrols whom they like`() async throws {
        let test = try TestSite()
        let keys = try SiteKeys.load(from: DataFolder(path: test.folder.path("site")))
        let forged = try CheckpointSigner(origin: test.site.origin, key: keys.checkpoint).sign(
            size: 4711, root: .leaf([1, 2, 3]))
        #expect(throws: Never.self) { try forged.verified(by: test.site.verifierKey) }
        let thief = TestAgency("ods:RBS25", "nhs")
        let registered = try test.sign(
            "agency.registered", by: try #require(keys.operator), source: "site:" + test.site.origin,
            .object([
                "agency": .string(thief.id), "name": "A trust", "kind": "nhs", "publicAuthority": true,
                "keys": [.object(["jwk": thief.key.publicKey.jwk, "roles": ["agency", "ig-lead"]])],
            ]))
        #expect(await test.post(registered).rejection == nil)
        #expect(
            try await test.post(
                "subject.described", by: thief, subject: Partnership.person,
                .object(["birthDate": "2014-05-04", "source": "a thief"])
            ).outcome == "recorded")
        await test.site.end()
    }
}
