import Encodings
import EventStore
import Foundation
import Projections
import SharingModel
import SharingService

/// What stands in a site's log before requests for disclosures are measured: an agreement in force between the holder and the asker, everybody's
/// date of birth, and the consent of three people in four. So three requests in four are permitted, and the others are not.
struct BenchDisclosures {
    let site: BenchSite
    let people: Int

    /// Of this many people all but one consent.
    private static let consentsOf = 4
    /// Events of one request while it is set up.
    private static let batch = 500

    /// - Returns: the requests to post.
    func setUp() async throws -> BenchWorkload {
        let now = SystemClock().now
        try sign()
        let holder = BenchWorkload(
            agency: site.agency, key: site.agencyKey, origin: BenchSite.origin, now: now, people: people)
        var births = holder
        births.kind = .birth
        try await post(try await births.events(people))
        let consents = try await holder.events(people)
        try await post(consents.enumerated().filter { $0.offset % Self.consentsOf != 0 }.map(\.element))
        var requests = BenchWorkload(
            agency: site.asker, key: site.askerKey, origin: BenchSite.origin, now: now, people: people)
        requests.kind = .disclosure
        requests.recipient = site.agency.text
        return requests
    }

    /// The agreement, proposed by the holder and signed by both.
    private func sign() throws {
        let connection = try BenchConnection(to: site.address)
        func post(_ type: EventType, _ data: JSON, by author: AgencyID, _ key: SigningKey) throws {
            try BenchSite.post(
                type, data, of: BenchSite.origin, by: author, key, to: site.address, over: connection)
        }
        try post(.agreementProposed, .object(["document": .string(document)]), by: site.agency, site.agencyKey)
        for (party, key) in [(site.agency, site.agencyKey), (site.asker, site.askerKey)] {
            try post(
                .agreementSigned,
                .object([
                    "agreement": "measured", "version": 1, "digest": .string(Digest.base64url(of: document)),
                    "signatory": .object(["name": "A. Person", "office": "Caldicott Guardian"]),
                ]), by: party, key)
        }
    }

    private func post(_ events: [[UInt8]]) async throws {
        let run = BenchRun(address: site.address, connections: 2, eventsPerRequest: Self.batch)
        let outcome = try await run.post(events)
        if let error = outcome.error { throw error }
        guard outcome.refused == 0 else {
            throw BenchError.setUpRefused(status: 200, code: outcome.firstProblem ?? "none")
        }
    }

    private var document: String {
        """
        agreement: measured
        version: 1
        title: Measured agreement
        nation: england
        parties:
          - {agency: \(site.agency), role: controller, signatory: Caldicott Guardian}
          - {agency: \(site.asker), role: controller, signatory: Head of Early Help}
        inForce: {from: 2026-01-01, until: 2036-12-31, review: 2036-12-01}
        dpia: {ref: DPIA-1, approved: 2025-11-20}
        contacts: {rights: dpo@council.example}
        flows:
          - id: early-help
            from: [\(site.agency)]
            to: [\(site.asker)]
            purpose: early-help
            subjects: any
            items: [identity, contact, family, person.views, referral]
            basis:
              article6: public-task
              power: children-act-2004-s10
              confidentiality: consent
            consent: required
            conditions: {roles: [social-worker, early-help-worker]}
            decide: [caldicott-guardian, duty-manager]
            obligations: {receipt: 72h, notifySubject: yes}
        """ + "\n"
    }
}
