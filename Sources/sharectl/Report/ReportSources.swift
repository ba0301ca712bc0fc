import Encodings
import EventStore
import Projections
import SharingClient
import SharingModel
import SharingService

/// Where a report comes from: a server, or a data folder.
protocol ReportSource {
    /// One page, as the interface answers it.
    func page(_ question: ReportQuestion) async throws -> JSON
    /// An event, as `GET /v1/events/{id}` answers it.
    func event(_ id: UniqueID) async throws -> JSON
    /// Its tlog-proof.
    func proof(_ id: UniqueID) async throws -> TlogProof
}

struct FetchedReports: ReportSource {
    let session: Session

    func page(_ question: ReportQuestion) async throws -> JSON {
        try await session.client.get(
            "/v1/reports/\(question.name.rawValue)",
            [
                "format": "json", "from": String(question.page.from), "limit": String(question.page.limit),
                "subject": question.subject?.description, "consent": question.consent?.description,
            ])
    }

    func event(_ id: UniqueID) async throws -> JSON { try await session.client.get("/v1/events/\(id)") }

    func proof(_ id: UniqueID) async throws -> TlogProof {
        let text = try await session.client.text("/v1/events/\(id)/proof")
        return try Failure.no { try TlogProof(parsing: text) }
    }
}

struct StoredReports: ReportSource {
    private let log: ReadOnlyLog
    private let desk: ReadingDesk

    init(_ folder: LogFolder) throws {
        log = try folder.log()
        desk = try ReadingDesk(
            log: log, projections: try folder.projections(), replicas: folder.replicas(beside: log), now: .now)
    }

    /// The person's reference; an identifier is looked up in the vault.
    func reference(_ person: PersonOptions) throws -> SubjectReference {
        switch (person.subject, person.reference) {
        case (let subject?, nil):
            guard let vault = log.vault else {
                throw Failure(
                    .no, "a person can be found by identifier only where the site's keys are; give `--reference`")
            }
            let identifier = try PersonIdentifier(argument: subject)
            guard let found = try Failure.no({ try vault.reference(for: identifier.text) }) else {
                throw Failure(.no, "nobody with this identifier is known here")
            }
            return SubjectReference(found)
        case (nil, let reference?): return SubjectReference(try UniqueID(argument: reference))
        default: throw Failure.usage("which person? give `--subject` or `--reference`")
        }
    }

    func page(_ question: ReportQuestion) throws -> JSON {
        try Failure.no { try desk.report(question, for: nil).json }
    }

    func event(_ id: UniqueID) throws -> JSON { try Failure.no { try desk.stored(id) } }

    func proof(_ id: UniqueID) throws -> TlogProof {
        try Failure.no {
            guard let index = try log.index(of: id) else { throw LogError.outOfRange }
            return try log.tlogProof(index)
        }
    }
}
