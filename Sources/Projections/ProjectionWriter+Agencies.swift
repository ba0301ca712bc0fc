import Encodings
import EventStore
import Foundation
import GRDB
import SharingModel

extension ProjectionWriter {
    func register(_ data: AgencyRegistered, _ recorded: RecordedEvent) throws {
        try run(
            """
            INSERT INTO agency (agency, name, kind, public_authority, site, dpo, safeguarding, breach, registered)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                data.agency.text, data.name, data.kind.rawValue, data.publicAuthority, data.site, data.contacts?.dpo,
                data.contacts?.safeguarding, data.contacts?.breach, recorded.index,
            ])
        for key in data.keys { try enrol(key.jwk, key.roles, for: data.agency, by: recorded) }
    }

    func enrol(_ jwk: JSON, _ roles: [KeyRole], for agency: AgencyID, by recorded: RecordedEvent) throws {
        let key = try PublicKey(jwk: jwk)
        try run(
            """
            INSERT INTO agency_key (kid, agency, jwk, roles, enrolled, enrolled_by, enrolled_at) VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                key.thumbprint.description, agency.text, key.jwk.text,
                JSON.strings(roles.map(\.rawValue).sorted()).text,
                recorded.index, recorded.kid, recorded.recorded.milliseconds,
            ])
    }

    func propose(_ data: AgreementProposed, _ recorded: RecordedEvent) throws {
        let agreement = data.agreement
        try run(
            """
            INSERT INTO agreement (agreement, version, digest, document, proposed, event, status, status_event)
            VALUES (?, ?, ?, ?, ?, ?, 'proposed', ?)
            """,
            [
                agreement.id.text, agreement.version, Digest.base64url(of: data.document), data.document,
                recorded.index,
                recorded.id.blob, recorded.id.blob,
            ])
        for party in Set(agreement.parties.map(\.agency)).sorted() {
            try run(
                "INSERT INTO agreement_party (agreement, version, agency) VALUES (?, ?, ?)",
                [agreement.id.text, agreement.version, party.text])
        }
    }

    func sign(_ data: AgreementSigned, _ recorded: RecordedEvent) throws {
        try run(
            """
            INSERT INTO agreement_signature (agreement, version, agency, event, idx, kid, recorded) VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                data.agreement.text, data.version, recorded.author.text, recorded.id.blob, recorded.index, recorded.kid,
                recorded.recorded.milliseconds,
            ])
    }
}
