import Encodings
import SharingModel

/// An invented region: agencies, agreements between them, and people. Everything follows from the numbers and the seed.
struct DecideWorld {
    /// The three parties of an agreement.
    struct Partnership {
        let nhs: AgencyID
        let council: AgencyID
        let school: AgencyID

        var all: [AgencyID] { [nhs, council, school] }
    }

    let agreements: Int
    let consents: Int
    let persons: Int
    let seed: UInt64

    /// When every question is asked.
    let clock: Instant
    let site: AgencyID
    let origin = "bench.example"
    let partnerships: [Partnership]
    let subjects: [SubjectReference]
    let identifiers: [String]

    /// Parties that an agreement shares with others: each body is in three to five of them.
    private static let agreementsOfAnNHSBody = 3
    private static let agreementsOfACouncil = 5
    private static let agreementsOfASchool = 2

    init(agreements: Int, consents: Int, persons: Int, seed: UInt64) throws {
        self.agreements = agreements
        self.consents = consents
        self.persons = persons
        self.seed = seed
        guard let clock = Instant("2026-11-22T12:00:00Z") else { throw BenchError.unreadableAnswer }
        self.clock = clock
        site = try AgencyID.site(origin: origin)
        partnerships = try (0..<agreements).map { number in
            Partnership(
                nhs: try AgencyID("ods:B\(1_000 + number % Self.bodies(agreements, Self.agreementsOfAnNHSBody))"),
                council: try AgencyID(
                    "gss:E\(8_500_000 + number % Self.bodies(agreements, Self.agreementsOfACouncil))".padded),
                school: try AgencyID("urn:\(900_000 + number % Self.bodies(agreements, Self.agreementsOfASchool))"))
        }
        var source = SeededSource(seed: seed)
        subjects = (0..<persons).map { _ in SubjectReference(.random(using: &source)) }
        identifiers = BenchPeople.identifiers(persons)
    }

    private static func bodies(_ agreements: Int, _ shared: Int) -> Int { max(1, agreements / shared) }

    /// Every agency with its kind, each once.
    var agencies: [(agency: AgencyID, kind: AgencyKind)] {
        var seen: Set<AgencyID> = []
        return partnerships.flatMap { [($0.nhs, AgencyKind.nhs), ($0.council, .council), ($0.school, .education)] }
            .filter { seen.insert($0.0).inserted }
    }

    /// The partnership in whose area somebody lives.
    func home(of person: Int) -> Partnership { partnerships[person % partnerships.count] }

    static func name(_ agreement: Int) -> String { "bench-\(agreement + 1)" }

    /// An agreement as its parties would write it: what a hub and an early-help partnership have, and referrals for care.
    func document(_ agreement: Int) -> String {
        let parties = partnerships[agreement]
        return """
            agreement: \(Self.name(agreement))
            version: 1
            title: Measured agreement \(agreement + 1)
            nation: england
            parties:
              - {agency: \(parties.nhs), role: controller, signatory: Caldicott Guardian}
              - {agency: \(parties.council), role: controller, signatory: Head of Early Help}
              - {agency: \(parties.school), role: controller, signatory: Headteacher}
            inForce: {from: 2026-01-01, until: 2028-12-31, review: 2027-12-01}
            dpia: {ref: DPIA-\(agreement + 1), approved: 2025-11-20}
            contacts: {rights: dpo@council.example}
            flows:
              - id: early-help
                from: [\(parties.nhs)]
                to: [\(parties.council)]
                purpose: early-help
                subjects: any
                items: [identity, contact, family, health.summary, person.views, referral]
                basis:
                  article6: public-task
                  power: children-act-2004-s10
                  special: {article9: health-or-social-care, schedule1: health-or-social-care}
                  confidentiality: consent
                consent: required
                conditions: {roles: [social-worker, early-help-worker, nurse, health-visitor]}
                decide: [caldicott-guardian, duty-manager]
                obligations: {receipt: 72h, notifySubject: yes}
              - id: engagement
                from: [\(parties.council), \(parties.school)]
                to: [\(parties.council), \(parties.school)]
                purpose: early-help
                subjects: any
                items: [identity, contact, family, education.attendance, person.views, referral]
                basis: {article6: public-task, power: children-act-2004-s10, confidentiality: none-owed}
                consent: required
                conditions: {roles: [designated-safeguarding-lead, teacher, headteacher, early-help-worker, social-worker]}
                decide: [designated-safeguarding-lead, duty-manager]
                obligations: {receipt: 5d, notifySubject: yes}
              - id: safeguarding
                from: [\(parties.nhs), \(parties.school)]
                to: [\(parties.council)]
                purpose: safeguarding-children
                subjects: {to: 18}
                items: [identity, contact, family, education.attendance, referral]
                basis: {article6: public-task, power: children-act-2004-s11, confidentiality: none-owed}
                consent: not-required
                conditions: {roles: [social-worker, nurse, designated-safeguarding-lead], referral: open}
                decide: [caldicott-guardian, designated-safeguarding-lead, duty-manager]
                breakGlass: {roles: [social-worker]}
                obligations: {receipt: 72h, notifySubject: {no: would-prejudice-protection}}
              - id: care
                from: [\(parties.council), \(parties.nhs)]
                to: [\(parties.council), \(parties.nhs)]
                purpose: direct-care
                subjects: any
                items: [identity, contact, family, health.summary, health.medication, social.plan, person.views, referral]
                basis:
                  article6: public-task
                  power: nhs-act-2006-s82
                  special: {article9: health-or-social-care, schedule1: health-or-social-care}
                  confidentiality: implied-direct-care
                consent: not-required
                conditions: {roles: [social-worker, nurse, doctor, care-coordinator]}
                decide: [caldicott-guardian, duty-manager]
                obligations: {receipt: 72h}
            """ + "\n"
    }
}

extension String {
    /// A council's code has eight digits.
    fileprivate var padded: String {
        let digits = dropFirst("gss:E".count)
        return "gss:E" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }
}
