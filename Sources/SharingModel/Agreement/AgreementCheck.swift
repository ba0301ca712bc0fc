import Encodings

/// What the operator registered about a party, as far as it is known where the check runs.
package struct PartyFacts: Sendable, Hashable {
    package let kind: AgencyKind
    package let publicAuthority: Bool

    package init(kind: AgencyKind, publicAuthority: Bool) {
        self.kind = kind
        self.publicAuthority = publicAuthority
    }
}

/// Holds an agreement against the law and vocabulary of a baseline (DOMAIN §4), one file for each kind of rule.
package struct AgreementCheck {
    let agreement: Agreement
    let places: DocumentPlaces
    let baseline: Baseline
    let parties: [AgencyID: PartyFacts]
    let partyNames: Set<AgencyID>
    private(set) var problems: [DocumentProblem] = []

    /// Everything wrong with an agreement, in the order of the file. Errors keep flows from ever permitting what they say; warnings want a
    /// second look.
    /// - Parameter parties: what is registered about the parties; what is not known is not held against the agreement.
    package static func problems(
        in document: AgreementDocument, against baseline: Baseline, parties: [AgencyID: PartyFacts] = [:]
    ) -> [DocumentProblem] {
        var check = AgreementCheck(
            agreement: document.agreement, places: document.places, baseline: baseline, parties: parties)
        check.checkFrame()
        for (index, flow) in check.agreement.flows.enumerated() {
            let pointer = "/flows/\(index)"
            check.checkReach(of: flow, at: pointer)
            check.checkVocabulary(of: flow, at: pointer)
            check.checkBasis(flow.basis, of: flow, at: pointer + "/basis")
            check.checkConditions(for: flow, at: pointer)
        }
        check.checkContradictions()
        return check.problems.sorted { ($0.line, $0.column, $0.code) < ($1.line, $1.column, $1.code) }
    }

    private init(
        agreement: Agreement, places: DocumentPlaces, baseline: Baseline, parties: [AgencyID: PartyFacts]
    ) {
        self.agreement = agreement
        self.places = places
        self.baseline = baseline
        self.parties = parties
        partyNames = Set(agreement.parties.map(\.agency))
    }

    /// Looking for what was meant takes time, and nobody reads that many hints.
    private static let hintLimit = 100

    /// - Parameter hint: looked for only as long as there are not very many problems.
    mutating func fail(
        _ code: String, at pointer: String, _ message: String, hint: @autoclosure () -> String? = nil
    ) {
        let hint = problems.count < Self.hintLimit ? hint() : nil
        problems.append(places.problem(.error, at: pointer, code: code, message: message, hint: hint))
    }

    mutating func warn(_ code: String, at pointer: String, _ message: String, hint: String? = nil) {
        problems.append(places.problem(.warning, at: pointer, code: code, message: message, hint: hint))
    }

    /// A code that the baseline does not know matches nothing, so in an agreement it is a mistake.
    /// - Returns: whether it is known.
    @discardableResult
    mutating func checkKnown<Code: VocabularyCode>(
        _ code: Code, among known: some Collection<Code>, as what: String, at pointer: String
    ) -> Bool {
        guard !known.contains(code) else { return true }
        fail(
            "unknown-code", at: pointer, "`\(code.text)` is no \(what) of the baseline",
            hint: nearest(to: code.text, among: known.map(\.text)).map { "did you mean `\($0)`?" }
                ?? "known: " + known.map(\.text).sorted().prefix(12).joined(separator: ", "))
        return false
    }

    /// A rule of law must be in force on some day of the agreement.
    mutating func checkInForce(_ dated: Dated, _ code: LegalCode, at pointer: String) {
        let first = agreement.inForce.from.start(in: baseline.timeZone)
        let from = baseline.timeZone.day(of: first)
        let until = agreement.inForce.until.map { baseline.timeZone.day(of: $0.end(in: baseline.timeZone)) }
        let beginsInTime = dated.from.map { start in until.map { start <= $0 } ?? true } ?? false
        let endsTooEarly = dated.until.map { $0 < from } ?? false
        if !beginsInTime || endsTooEarly {
            fail(
                "not-in-force", at: pointer,
                "`\(code.text)` is not in force at any time of this agreement (\(dated.source))")
        } else if !dated.isInForce(on: from) {
            warn("not-in-force", at: pointer, "`\(code.text)` is not in force when this agreement begins")
        }
    }
}
