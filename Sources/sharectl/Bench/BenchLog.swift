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
    private let operatorKey: SigningKey
    private let now: Instant
    /// The first of the invented people that the events are about.
    private let firstPerson: Int

    /// Events of one append.
    private static let slice = 4_096

    /// Founds the site and enrols the agency that signs.
    /// - Parameters:
    ///   - folder: new or empty.
    ///   - key: the agency's.
    ///   - people: how many the events are about.
    ///   - firstPerson: where among all invented people these begin.
    ///   - otherSite: the site that hosts the agency which the events name; nil to have none enrolled.
    init(
        folder path: String, key: SigningKey = .generate(), people: Int, firstPerson: Int = 0,
        otherSite: String? = nil
    ) throws {
        let folder = DataFolder(path: path)
        now = SystemClock().now
        self.firstPerson = firstPerson
        _ = try Founding.found(in: folder, origin: BenchSite.origin, name: "Measurement", now: now)
        guard let operatorKey = try SiteKeys.load(from: folder).operator else { throw SiteError.operatorKeyMissing }
        self.operatorKey = operatorKey
        store = try SiteStore(folder: folder)
        workload = BenchWorkload(
            agency: try AgencyID(Self.agency), key: key, origin: BenchSite.origin, now: now, people: people,
            recipient: Self.other)
        try enrol(Self.agency, "nhs", key, at: nil)
        if let otherSite { try enrol(Self.other, "council", .generate(), at: otherSite) }
    }

    /// Enrols the agency that the events name at this very site, and adopts a baseline.
    func furnish(baseline: String) throws {
        try enrol(Self.other, "council", .generate(), at: nil)
        try appendOwn(.baselineAdopted, .object(["document": .string(baseline)]))
    }

    private func enrol(_ agency: String, _ kind: String, _ key: SigningKey, at site: String?) throws {
        try appendOwn(
            .agencyRegistered,
            .object([
                "agency": .string(agency), "name": "Measurement", "kind": .string(kind), "publicAuthority": true,
                "site": site.map { .string($0) },
                "keys": [.object(["jwk": key.publicKey.jwk, "roles": ["agency"]])],
            ]))
    }

    /// Appends an event of the site's operator.
    private func appendOwn(_ type: EventType, _ data: JSON) throws {
        let event = try EventSigner.signOwn(
            payload: .object([
                "specversion": "1.0", "id": .text(UniqueID.random()),
                "source": .string(try AgencyID.site(origin: BenchSite.origin).text),
                "site": .string(BenchSite.origin), "type": .string(type.rawValue), "time": .text(now),
                "datacontenttype": "application/json", "data": data,
            ]), key: operatorKey)
        _ = try store.log.append([try draft(event, subject: nil, audience: ["*"])])
    }

    /// Appends signed consents.
    /// - Returns: some of the events, as they were signed.
    func fill(_ count: Int, progress: (Int, Int) -> Void) async throws -> [[UInt8]] {
        let persons = BenchPeople.identifiers(workload.people, from: firstPerson)
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
