package import Encodings
package import EventStore
import Foundation
import Locking
import Logging
import Projections
package import SharingModel
package import SharingService
package import Support

/// A clock that a test moves.
package final class ManualClock: SiteClock {
    private let time: Locked<Instant>

    package init(_ start: Instant = Instant(seconds: 1_793_534_400)) { time = Locked(start) }

    package var now: Instant { time.withLock { $0 } }

    package func advance(seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}

/// An agency with a key for every role that it needs.
package struct TestAgency: Sendable {
    package let id: String
    package let kind: String
    package let key: SigningKey

    package init(_ id: String, _ kind: String, _ algorithm: SignatureAlgorithm = .ed25519) {
        self.id = id
        self.kind = kind
        key = .generate(algorithm)
    }

    package func reader(_ roles: Set<KeyRole> = [.agency]) throws -> Reader {
        Reader(agency: try AgencyID(id), roles: roles)
    }
}

/// A founded site in a temporary folder, with a clock of its own.
package final class TestSite: Sendable {
    package static let origin = "sharing.test/one"

    package let folder: TemporaryFolder
    package let clock: ManualClock
    package let site: Site
    package let operatorKey: SigningKey

    package init(
        origin: String = TestSite.origin, clock: ManualClock = ManualClock(), stamping: Stamping? = nil
    ) throws {
        folder = try TemporaryFolder()
        self.clock = clock
        _ = try Founding.found(
            in: DataFolder(path: folder.path("site")), origin: origin, name: "Test site", now: clock.now)
        operatorKey = try KeyFile.signingKey(folder.path("site/keys/operator.jwk"))
        site = try Self.open(folder, clock, stamping: stamping)
    }

    /// Opens the same folder again; the first must be gone.
    package static func open(
        _ folder: TemporaryFolder, _ clock: ManualClock, stamping: Stamping? = nil,
        onFatal: @escaping @Sendable (any Error) -> Void = { _ in }
    ) throws -> Site {
        try Site(
            folder: DataFolder(path: folder.path("site")), stamping: stamping,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            clock: clock, onFatal: onFatal)
    }

    package static var siteAuthor: String { "site:" + origin }

    /// Builds and signs an event; content is concealed.
    package func sign(
        _ type: String, by key: SigningKey, source: String, subject: String? = nil, _ data: JSON,
        content: [(String, JSON)] = [], id: String? = nil, site: String? = nil, time: Instant? = nil
    ) throws -> [UInt8] {
        var maker = DisclosureMaker()
        var members = data.object ?? JSONObject()
        if !content.isEmpty {
            let disclosures = content.map { maker.conceal(name: $0.0, value: $0.1) }
            members["content"] = .object(["_sd": Disclosure.digests(of: disclosures)])
        }
        let payload = JSON.object([
            "specversion": "1.0", "id": .string(id ?? UniqueID.random().description), "source": .string(source),
            "site": .string(site ?? self.site.origin), "type": .string("sharing." + type + ".v1"),
            "time": .string((time ?? clock.now).description), "subject": subject.map(JSON.string),
            "datacontenttype": "application/json", "data": .object(members),
        ])
        return try EventSigner.sign(payload: payload, key: key, disclosures: maker.made)
    }

    /// Posts bytes as the front desk would take them.
    package func post(_ bytes: [UInt8]) async -> Answer {
        do throws(Rejection) {
            let received = try site.frontDesk.receive(bytes)
            return await site.record([received])[0]
        } catch {
            return .failure(error)
        }
    }

    /// Hands them in together.
    package func post(all events: [[UInt8]]) async throws -> [Answer] {
        await site.record(try events.map { try site.frontDesk.receive($0) })
    }

    @discardableResult
    package func post(
        _ type: String, by agency: TestAgency, subject: String? = nil, _ data: JSON, content: [(String, JSON)] = []
    ) async throws -> Receipt {
        try await post(
            try sign(type, by: agency.key, source: agency.id, subject: subject, data, content: content)
        ).get()
    }

    @discardableResult
    package func administer(_ type: String, _ data: JSON) async throws -> Receipt {
        try await post(try sign(type, by: operatorKey, source: "site:" + site.origin, data)).get()
    }

    @discardableResult
    package func register(
        _ agency: TestAgency, roles: [String] = ["agency", "ig-lead"], site: String? = nil, keys: Bool = true
    ) async throws -> Receipt {
        try await administer(
            "agency.registered",
            .object([
                "agency": .string(agency.id), "name": .string("Agency " + agency.id), "kind": .string(agency.kind),
                "publicAuthority": true, "contacts": .object(["dpo": "dpo@agency.example"]),
                "site": site.map { .string($0) },
                "keys": keys ? [.object(["jwk": agency.key.publicKey.jwk, "roles": .strings(roles)])] : [],
            ]))
    }

    /// Adopts the shipped baseline.
    @discardableResult
    package func adoptBaseline() async throws -> Receipt {
        try await administer("baseline.adopted", .object(["document": .string(try Self.shipped("baseline.yaml"))]))
    }

    /// Proposes a document and has every party sign it.
    package func agree(_ document: String, _ name: String, version: Int64, _ parties: [TestAgency]) async throws {
        guard let first = parties.first else { return }
        try await post("agreement.proposed", by: first, .object(["document": .string(document)]))
        for party in parties {
            try await post(
                "agreement.signed", by: party,
                .object([
                    "agreement": .string(name), "version": .integer(version),
                    "digest": .string(Digest.base64url(of: document)),
                    "signatory": .object(["name": "A. Person", "office": "Caldicott Guardian"]),
                ]))
        }
    }

    /// A file that the project ships under `config/`.
    package static func shipped(_ path: String) throws -> String {
        try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../config/\(path)"),
            encoding: .utf8)
    }
}

/// The code with which something is refused, the first violation's where there are any; nil if it is not.
package func code(_ body: () async throws -> Void) async -> String? {
    do {
        try await body()
        return nil
    } catch let rejection as Rejection {
        return rejection.violations.first?.code ?? rejection.code
    } catch {
        return "\(error)"
    }
}
