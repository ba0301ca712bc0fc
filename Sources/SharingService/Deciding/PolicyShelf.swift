import Crypto
import Encodings
import Projections
import SharingModel
import SharingPolicy

/// The documents that policy is made of, parsed once. A value that belongs to whoever decides; it must be told of every event.
package struct PolicyShelf {
    private let library: PolicyLibrary
    private var currentBaseline: (digest: String, baseline: Baseline?)?
    private var currentAgreements: [AgreementRow]?
    private var currentRecords: [AgreementOnRecord]?
    private var currentPolicy: PreparedPolicy?
    /// The digest over what is in force, and from when until before when it is that.
    private var currentDigest: (text: String, from: Instant, before: Instant)?

    package init() { self.init(PolicyLibrary()) }

    /// - Parameter library: where parsed documents stand.
    init(_ library: PolicyLibrary) { self.library = library }

    /// Forgets what the log says now, because a key or a document changed; parsed documents stay.
    mutating func forget() {
        currentBaseline = nil
        currentAgreements = nil
        currentRecords = nil
        currentPolicy = nil
        currentDigest = nil
    }

    /// Follows an event that was applied.
    mutating func follow(_ event: SharingEvent) {
        switch event.data {
        case .baselineAdopted, .agreementProposed, .agreementSigned, .agreementChanged: forget()
        default: break
        }
    }

    /// The baseline in force; nil if there is none, or it cannot be read.
    mutating func baseline(_ reader: ProjectionReader) throws -> Baseline? { try current(reader)?.baseline }

    mutating func rows(_ reader: ProjectionReader) throws -> [AgreementRow] {
        if let currentAgreements { return currentAgreements }
        let rows = try reader.agreements()
        currentAgreements = rows
        return rows
    }

    mutating func agreement(_ row: AgreementRow) -> Agreement? {
        library.agreement(row.digest) { try? Agreement.parse(yaml: row.document, file: row.id.text) }
    }

    /// Every version of every agreement with what happened to it, as the judge wants it.
    mutating func agreements(_ reader: ProjectionReader, _ keys: KeyBook) throws -> [AgreementOnRecord] {
        if let currentRecords { return currentRecords }
        let records = try rows(reader).map { row in
            AgreementOnRecord(
                name: row.id, version: row.version,
                document: agreement(row).map { .readable($0) } ?? .unreadable,
                signatures: row.signatures.map {
                    .init(
                        agency: $0.agency, event: EventReference(id: $0.event, index: $0.index),
                        isUnderRevokedKey: !keys.permits($0.kid, recorded: $0.recorded))
                },
                suspended: row.status == .suspended ? EventReference(id: row.statusEvent, index: row.statusIndex) : nil,
                terminated: row.status == .terminated
                    ? EventReference(id: row.statusEvent, index: row.statusIndex) : nil)
        }
        currentRecords = records
        return records
    }

    /// Baseline and agreements as the judge has them ready for many questions.
    mutating func policy(
        _ reader: ProjectionReader, _ agreements: @autoclosure () throws -> [AgreementOnRecord]
    ) throws -> PreparedPolicy {
        if let currentPolicy { return currentPolicy }
        let policy = PreparedPolicy(try agreements(), baseline: try baseline(reader))
        currentPolicy = policy
        return policy
    }

    /// SHA-256 over the digests of the baseline and of the agreements in force, sorted and joined by LF (DOMAIN section 5).
    mutating func digest(_ reader: ProjectionReader, _ agreements: [AgreementOnRecord], now: Instant) throws -> String {
        if let currentDigest, currentDigest.from <= now, now < currentDigest.before { return currentDigest.text }
        let baseline = try current(reader)
        let inForce = AgreementOnRecord.inForce(agreements, baseline: baseline?.baseline, clock: now)
        let digests = try rows(reader).filter { row in
            inForce.contains { $0.name == row.id && $0.version == row.version }
        }.map(\.digest)
        let all = (digests + (baseline.map { [$0.digest] } ?? [])).sorted()
        let text = Base64.url.encode(Array(SHA256.hash(data: Array(all.joined(separator: "\n").utf8))))
        let next = AgreementOnRecord.nextChange(agreements, baseline: baseline?.baseline, after: now)
        currentDigest = (text, now, next ?? Instant(milliseconds: .max))
        return text
    }

    private mutating func current(_ reader: ProjectionReader) throws -> (digest: String, baseline: Baseline?)? {
        if let currentBaseline { return currentBaseline }
        guard let row = try reader.baseline() else { return nil }
        let parsed = library.baseline(row.digest) { try? Baseline.parse(yaml: row.document, file: "baseline") }
        currentBaseline = (row.digest, parsed)
        return currentBaseline
    }
}
