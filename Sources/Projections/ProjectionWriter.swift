import Encodings
import Foundation
import GRDB
import Locking
package import SharingModel

/// Draws the effects of events, in the order of the log, inside one transaction.
///
/// What a row says follows from the event, its position and the rows before it, and from nothing else: two replays of one log give the
/// same tables.
package struct ProjectionWriter {
    let db: Database
    private let statements: StatementShelf
    let drawing: Drawing?
    private let known: Locked<KnownPairs>

    /// - Parameters:
    ///   - drawing: what is known of a file that is being drawn; nil for one that others read.
    ///   - known: what was written of who may know of whom. Whoever takes anything back makes it forget.
    init(db: Database, drawing: Drawing?, known: Locked<KnownPairs>) {
        self.db = db
        self.drawing = drawing
        self.known = known
        statements = StatementShelf(db)
    }

    /// Makes what a drawing has put off: the indexes by which decisions and readers look.
    package func complete() throws { try drawing?.complete(db) }

    /// Reads that see what this transaction has applied.
    package var reader: ProjectionReader { ProjectionReader(db: db, statements: statements) }

    /// Notes that the projections now show the log up to `position`.
    package func advance(to position: ProjectionStore.Position) throws {
        try run("UPDATE position SET size = ?, root = ?", [position.size, Data(position.root)])
    }

    /// Applies one event that has passed admission.
    /// - Parameter other: for a merging or severing, the reference of the second person: an event may name it by an identifier, which only the
    ///   vault can look up.
    package func apply(_ recorded: RecordedEvent, pairedWith other: SubjectReference? = nil) throws {
        try index(recorded)
        switch recorded.event.data {
        case .siteFounded(let data):
            for key in data.keys { try enrol(key.jwk, key.roles, for: recorded.author, by: recorded) }
        case .agencyRegistered(let data): try register(data, recorded)
        case .agencyEnded(let data):
            try run(
                "UPDATE agency SET ended = ? WHERE agency = ? AND ended IS NULL", [recorded.index, data.agency.text])
        case .keyEnrolled(let data): try enrol(data.jwk, data.roles, for: data.agency, by: recorded)
        case .keyRevoked(let data):
            try run(
                "INSERT INTO key_revocation (idx, kid, since) VALUES (?, ?, ?)",
                [recorded.index, data.kid, data.since.milliseconds])
        case .baselineAdopted(let data):
            try run(
                "INSERT INTO baseline (idx, event, digest, safeguarding, childrens, document) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    recorded.index, recorded.id.blob, Digest.base64url(of: data.document),
                    texts(data.baseline.purposes.filter(\.value.safeguarding).keys.sorted()),
                    texts(data.baseline.purposes.filter(\.value.childrens).keys.sorted()), data.document,
                ])
        case .agreementProposed(let data): try propose(data, recorded)
        case .agreementSigned(let data): try sign(data, recorded)
        case .agreementChanged(let data):
            try run(
                "UPDATE agreement SET status = ?, status_event = ? WHERE agreement = ? AND version = ?",
                [data.verb.status, recorded.id.blob, data.agreement.text, data.version])
        case .subjectDescribed(let data): try describe(data, recorded)
        case .subjectLinked, .forkDetected: break
        case .consentGiven(let data): try give(data, recorded)
        case .consentWithdrawn(let data): try withdraw(data, recorded)
        case .consentRefused(let data): try refuse(data, recorded)
        case .referralSubmitted(let data): try submit(data, recorded)
        case .referralInfoProvided(let data): try provide(data, recorded)
        case .referralTransition(let data): try move(data, recorded)
        case .disclosureRequested(let data): try request(data, recorded)
        case .disclosureDelivered(let data): try deliver(data, recorded)
        case .disclosureDecided(let data): try decide(data, recorded)
        case .disclosureReceipted(let data): try mark(data.delivery, .receipted, recorded)
        case .disclosureDisputed(let data): try mark(data.delivery, .disputed, recorded)
        case .disclosureRecalled(let data): try mark(data.delivery, .recalled, recorded)
        case .disclosureRecorded(let data): try record(data, recorded)
        case .subjectDeceased(let data): try die(data, recorded)
        case .subjectShielded(let data): try shield(data, lifts: false, recorded)
        case .subjectUnshielded(let data): try shield(data, lifts: true, recorded)
        case .representativeRecorded(let data): try represent(data, recorded)
        case .capacityAssessed(let data): try assess(data, recorded)
        case .bestInterestsDecided(let data): try decideBestInterests(data, recorded)
        case .courtOrderRecorded(let data): try order(data, recorded)
        case .statusRecorded(let data): try record(data, recorded)
        case .objectionRaised(let data): try object(data, recorded)
        case .objectionChanged(let data): try change(data, recorded)
        case .involvementStarted(let data): try involve(data, recorded)
        case .leadAssigned(let data): try assign(data, recorded)
        case .representativeEnded(let data), .courtOrderDischarged(let data), .statusEnded(let data),
            .involvementEnded(let data), .leadEnded(let data):
            try end(data, recorded)
        case .referralWork(let data): try work(data, recorded)
        case .disclosureResolved(let data): try resolve(data, recorded)
        case .contentOpened(let data): try open(data, recorded)
        case .reviewCompleted(let data): try review(data, recorded)
        case .subjectMerged: try pair(.merged, other, recorded)
        case .subjectSevered: try pair(.severed, other, recorded)
        case .peerAdded(let data): try add(data, recorded)
        case .peerRemoved(let data):
            try run("UPDATE peer SET removed = ? WHERE origin = ? AND removed IS NULL", [recorded.index, data.origin])
        case .syncAdvanced(let data):
            try advance(data, recorded)
        case .subjectUnlinked, .checkpointKeyRotated, .hpkeKeyRotated, .foreign: break
        }
    }

    func run(_ sql: StaticString, _ bindings: Bindings) throws { try statements.run(sql, bindings) }

    private func index(_ recorded: RecordedEvent) throws {
        try run(
            "INSERT INTO event (idx, id, type, author, subject, cause, recorded) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                recorded.index, recorded.id.blob, recorded.type, recorded.author.text, recorded.subject?.id.blob,
                recorded.cause?.blob, recorded.recorded.milliseconds,
            ])
        for agency in recorded.audience {
            try run("INSERT INTO audience (agency, idx) VALUES (?, ?)", [agency, recorded.index])
            try know(recorded.subject, agency, isReader: true)
        }
    }

    /// Forgets what was written of who may know of whom: some of it was taken back.
    func forgetKnown() { known.withLock { $0.forget() } }

    /// Notes that an agency can read an event about a person, or is party to one.
    func know(_ subject: SubjectReference?, _ agency: String, isReader: Bool) throws {
        guard let subject, known.withLock({ $0.isNews(subject.id, agency, isReader: isReader) }) else { return }
        try run(
            """
            INSERT INTO known_to (subject, agency, readable) VALUES (?, ?, ?)
            ON CONFLICT (subject, agency) DO UPDATE SET readable = 1 WHERE excluded.readable > readable
            """, [subject.id.blob, agency, isReader])
    }

    /// An agency that an event is about, whether or not it may read it: its IG lead may know that it is there (DESIGN section 5).
    func party(_ agency: AgencyID, _ recorded: RecordedEvent) throws {
        try run("INSERT OR IGNORE INTO party (agency, idx) VALUES (?, ?)", [agency.text, recorded.index])
        try know(recorded.subject, agency.text, isReader: false)
    }
}

extension AgreementChange.Verb {
    /// What the agreement is afterwards.
    var status: String {
        switch self {
        case .suspended: "suspended"
        case .resumed: "proposed"
        case .terminated: "terminated"
        }
    }
}
