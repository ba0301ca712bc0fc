import Encodings
import EventStore
import Foundation
import SharingModel
import SharingService

/// A site of the measurement's own: founded in a temporary folder, served by a `sharingd` of the same build on a free port, gone afterwards.
final class BenchSite {
    static let origin = "bench.example"
    /// The agency that posts, and the one that its consents name.
    private static let agencies: [(agency: String, kind: AgencyKind)] = [
        ("ods:BENCH", .nhs), ("gss:E08000099", .council),
    ]

    let agency: AgencyID
    let agencyKey: SigningKey
    /// The agency that consents name, and that asks for disclosures.
    let asker: AgencyID
    let askerKey: SigningKey
    /// On whose disk the site works.
    let folder: String
    private let daemon: BenchDaemon

    /// Founds the site, starts its daemon and enrols the agencies.
    /// - Parameters:
    ///   - executable: `sharingd`; found beside this one or on the PATH where nil.
    ///   - baseline: the YAML text to adopt; nil adopts none.
    init(executable: String?, baseline: String?) throws {
        let folder = NSTemporaryDirectory() + "/sharectl-bench-" + UniqueID.random().description
        self.folder = folder
        let data = DataFolder(path: folder + "/site")
        agency = try AgencyID(Self.agencies[0].agency)
        agencyKey = .generate()
        asker = try AgencyID(Self.agencies[1].agency)
        askerKey = .generate()
        do {
            _ = try Founding.found(in: data, origin: Self.origin, name: "Measurement", now: SystemClock().now)
            daemon = try BenchDaemon(executable: executable, data: data, log: folder + "/sharingd.log", folder: folder)
        } catch {
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
        do {
            try setUp(data, baseline: baseline)
        } catch {
            end()
            throw error
        }
    }

    var address: BenchAddress { daemon.address }
    var memory: (residentBytes: Int64, peakBytes: Int64)? { daemon.memory }

    /// Ends the daemon cleanly, and says what its files take.
    /// - Parameters:
    ///   - events: how many it recorded.
    ///   - sample: some of them.
    func ended(events: Int64, sample: [[UInt8]]) -> DiskUse {
        daemon.end()
        return DiskUse(data, events: events, sample: sample)
    }

    var processID: Int32 { daemon.processID }

    /// Where the site lies.
    var data: DataFolder { DataFolder(path: folder + "/site") }

    /// Kills the daemon, and leaves the folder.
    func kill() { daemon.kill() }

    /// Ends the daemon and removes the folder.
    func end() {
        daemon.end()
        try? FileManager.default.removeItem(atPath: folder)
    }

    // MARK: - Setting up

    private func setUp(_ data: DataFolder, baseline: String?) throws {
        guard let operatorKey = try SiteKeys.load(from: data).operator else { throw SiteError.operatorKeyMissing }
        let connection = try BenchConnection(to: address)
        for (agency, kind) in Self.agencies {
            let key = agency == self.agency.text ? agencyKey : askerKey
            try post(
                .agencyRegistered,
                .object([
                    "agency": .string(agency), "name": "Measurement", "kind": .string(kind.rawValue),
                    "publicAuthority": true,
                    "keys": [.object(["jwk": key.publicKey.jwk, "roles": ["agency", "ig-lead"]])],
                ]), operatorKey, over: connection)
        }
        guard let baseline else { return }
        try post(.baselineAdopted, .object(["document": .string(baseline)]), operatorKey, over: connection)
    }

    private func post(
        _ type: EventType, _ data: JSON, _ key: SigningKey, over connection: BenchConnection
    ) throws {
        try Self.post(type, data, of: Self.origin, key, to: address, over: connection)
    }

    /// Posts an event of a site's operator, or of an agency.
    static func post(
        _ type: EventType, _ data: JSON, of origin: String, by author: AgencyID? = nil, _ key: SigningKey,
        to address: BenchAddress, over connection: BenchConnection
    ) throws {
        let event = try EventSigner.sign(
            payload: .object([
                "specversion": "1.0", "id": .string(UniqueID.random().description),
                "source": .string(try author?.text ?? AgencyID.site(origin: origin).text), "site": .string(origin),
                "type": .string(type.rawValue), "time": .string(SystemClock().now.description),
                "datacontenttype": "application/json", "data": data,
            ]), key: key)
        let answer = try connection.exchange(
            address.request("POST", "/v1/events", type: "application/jose", body: event))
        guard answer.status == 201 else {
            let code = (try? JSON.parse(answer.body))?["code"]?.string ?? "none"
            throw BenchError.setUpRefused(status: answer.status, code: code)
        }
    }
}
