import Encodings
import EventStore
import Projections
import SharingModel
import SharingPolicy

/// What a report is drawn from: one snapshot, read with one reader's eyes.
struct ReportRoom {
    let desk: ReadingDesk
    let projections: ProjectionReader
    /// The agency whose report it is; nil for the site's own, from its data folder.
    let agency: AgencyID?
    let baseline: Baseline?
    private(set) var shelf: PolicyShelf

    init(desk: ReadingDesk, projections: ProjectionReader, agency: AgencyID?) throws {
        self.desk = desk
        self.projections = projections
        self.agency = agency
        var shelf = PolicyShelf(desk.library)
        baseline = try shelf.baseline(projections)
        self.shelf = shelf
    }

    var now: Instant { desk.now }
    var zone: SiteTimeZone { baseline?.timeZone ?? .utc }

    /// A row, with those of its events that the reader may see.
    func row(_ cells: [String], _ events: [UniqueID?], and more: [UniqueID] = []) throws -> Report.Row {
        var seen: Set<UniqueID> = []
        let visible = try (events.compactMap(\.self) + more).filter { try seen.insert($0).inserted && mayKnow(of: $0) }
        return Report.Row(cells: cells, events: visible)
    }

    /// Whether the reader may see that an event is there: it can read it, or is party to it.
    private func mayKnow(of event: UniqueID) throws -> Bool {
        guard let index = try projections.index(of: event) else { return false }
        guard let agency else { return true }
        return try projections.mayRead(index, agency) || projections.isParty(index, agency)
    }

    /// The decision on a register's entry, as the reader may see it.
    func decision(on row: DisclosureRow) throws -> Decision? {
        try desk.decision(on: row, for: agency, projections).flatMap { try? Decision(json: $0) }
    }

    func items(of row: DisclosureRow) throws -> [ItemCode] { try desk.items(of: row, for: agency, projections) }

    /// The events at positions, where there are some.
    func events(at indexes: [Int64?]) throws -> [UniqueID?] {
        try indexes.map { try $0.flatMap { try projections.eventID(at: $0) } }
    }

    func recorded(at index: Int64?) throws -> String {
        try index.flatMap { try projections.recorded(at: $0)?.description } ?? ""
    }

    // MARK: - Agreements

    /// Every version that the reader's agency is party to, with its document where that can be read.
    mutating func agreements() throws -> [(row: AgreementRow, agreement: Agreement?)] {
        try shelf.rows(projections).filter { row in agency.map(row.parties.contains) ?? true }.map {
            ($0, shelf.agreement($0))
        }
    }

    /// Those in force now.
    mutating func agreementsInForce() throws -> [(row: AgreementRow, agreement: Agreement)] {
        let inForce = AgreementOnRecord.inForce(
            try shelf.agreements(projections, desk.keys), baseline: baseline, clock: now)
        return try agreements().compactMap { row, agreement in
            guard let agreement, inForce.contains(where: { $0.name == row.id && $0.version == row.version }) else {
                return nil
            }
            return (row, agreement)
        }
    }

    /// The flow that a decision names, `agreement/version/flow`; nil where its document cannot be read.
    mutating func flow(_ reference: String) throws -> Flow? {
        let parts = reference.split(separator: "/", maxSplits: 2).map(String.init)
        guard parts.count == 3, let id = AgreementID(parts[0]), let version = Int64(parts[1]),
            let row = try projections.agreement(id, version: version)
        else { return nil }
        return shelf.agreement(row)?.flows.first { $0.id == parts[2] }
    }

    /// The bases on which a decision's permits rest, in words.
    mutating func basis(of decision: Decision?) throws -> String {
        guard let decision else { return "" }
        if decision.shareFirst { return "share-first" }
        return try Self.flows(of: decision).map { try flow($0)?.basis.inWords ?? "" }.joined(separator: "; ")
    }

    /// The flows through which something may pass, each once.
    static func flows(of decision: Decision?) -> [String] {
        Set((decision?.items ?? []).filter { $0.result == .permitted }.compactMap(\.flow)).sorted()
    }

    /// What does not pass, and why, for each reason once: `item.code, item.code: reason`.
    static func reasons(_ items: [ItemDecision]) -> String {
        Set(items.flatMap(\.codes).map(\.rawValue)).sorted().joined(separator: " ")
    }

    static func names(_ items: some Sequence<ItemCode>) -> String {
        items.map(\.text).sorted().joined(separator: " ")
    }
}

extension Basis {
    /// For a table that an IG lead reads.
    var inWords: String {
        let words: [String?] = [
            article6.text, power?.text, special.map { "article 9 \($0.article9.text)" },
            special?.schedule1.map { "schedule 1 \($0.text)" }, "confidentiality \(confidentiality.gateway.text)",
        ]
        return words.compactMap(\.self).joined(separator: ", ")
    }
}
