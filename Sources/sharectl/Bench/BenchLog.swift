import Encodings
import EventStore
import Foundation
import SharingModel
import SharingService

/// A site of the measurement's own whose log is filled directly, without a daemon: what is written is what a daemon writes.
struct BenchLog {
    static let agency = "ods:BENCH"
    static let other = "gss:E08000099"

    let workload: BenchWorkload
    private let store: SiteStore
    private let now: Instant

    /// Events of one append.
    private static let slice = 4_096

    /// Founds the site and enrols the agency that signs.
    /// - Parameters:
    ///   - folder: new or empty.
    ///   - people: how many the events are about.
    ///   - otherSite: the site that hosts the agency which the events name; nil to have none enrolled.
    init(folder path: String, people: Int, otherSite: String? = nil) throws {
        let folder = DataFolder(path: path)
        now = SystemClock().now
        let key = SigningKey.generate()
        _ = try Founding.found(in: folder, origin: BenchSite.origin, name: "Measurement", now: now)
        guard let operatorKey = try SiteKeys.load(from: folder).operator else { throw SiteError.operatorKeyMissing }
        store = try SiteStore(folder: folder)
        workload = BenchWorkload(
            agency: try AgencyID(Self.agency), key: key, origin: BenchSite.origin, now: now, people: people,
            recipient: Self.other)
        let enrolment = try EventSigner.signOwn(
            payload: Self.enrolment(of: Self.agency, "nhs", key, at: nil, now), key: operatorKey)
        _ = try store.log.append([try draft(enrolment, subject: nil, audience: ["*"])])
        guard let otherSite else { return }
        let hosted = try EventSigner.signOwn(
            payload: Self.enrolment(of: Self.other, "council", .generate(), at: otherSite, now), key: operatorKey)
        _ = try store.log.append([try draft(hosted, subject: nil, audience: ["*"])])
    }

    private static func enrolment(
        of agency: String, _ kind: String, _ key: SigningKey, at site: String?, _ now: Instant
    ) throws -> JSON {
        .object([
            "specversion": "1.0", "id": .text(UniqueID.random()),
            "source": .string(try AgencyID.site(origin: BenchSite.origin).text), "site": .string(BenchSite.origin),
            "type": .string(EventType.agencyRegistered.rawValue), "time": .text(now),
            "datacontenttype": "application/json",
            "data": .object([
                "agency": .string(agency), "name": "Measurement", "kind": .string(kind), "publicAuthority": true,
                "site": site.map { .string($0) },
                "keys": [.object(["jwk": key.publicKey.jwk, "roles": ["agency"]])],
            ]),
        ])
    }

    /// Appends signed consents.
    /// - Returns: some of the events, as they were signed.
    func fill(_ count: Int, progress: (Int, Int) -> Void) async throws -> [[UInt8]] {
        let persons = BenchPeople.identifiers(workload.people)
        var sample: [[UInt8]] = []
        var done = 0
        while done < count {
            let numbers = done..<min(done + Self.slice, count)
            let events = try await workload.verified(numbers, about: persons)
            let vault = store.log.sealing
            let size = store.log.head.size
            var drafts: [EntryDraft] = []
            for (offset, event) in events.enumerated() {
                let person = persons[(numbers.lowerBound + offset) % persons.count]
                let subject = try vault.stageSubject(identifier: person, at: size + Int64(offset))
                drafts.append(try draft(event, subject: subject, audience: [Self.other, Self.agency]))
            }
            _ = try store.log.append(drafts)
            if sample.isEmpty { sample = events.prefix(256).map(\.jws) }
            done = numbers.upperBound
            progress(done, count)
        }
        return sample
    }

    /// Lets the folder go.
    func close() { store.end() }

    private func draft(_ event: VerifiedEvent, subject: UniqueID?, audience: [String]) throws -> EntryDraft {
        guard let id = event.payload["id"]?.string.flatMap(UniqueID.init), let type = event.payload["type"]?.string,
            let author = event.payload["source"]?.string
        else { throw SiteError.ownEventInvalid("a member is missing") }
        return EntryDraft(
            event: event, id: id, type: type, author: author, subject: subject, audience: audience, cause: nil,
            occurred: now, recorded: now)
    }
}
