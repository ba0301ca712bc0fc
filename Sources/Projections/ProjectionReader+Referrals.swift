package import Encodings
import Foundation
import GRDB
package import SharingModel

/// A referral and where it stands.
package struct ReferralRow: Sendable, Hashable {
    /// The event that submitted it.
    package let event: UniqueID
    package let index: Int64
    package let subject: SubjectReference
    package let sender: AgencyID
    /// Who holds it now; a redirect moves it.
    package let recipient: AgencyID
    package let purpose: PurposeCode
    /// What the baseline called the purpose when it was submitted.
    package let isSafeguarding: Bool
    /// Whether it called it a children's one, too.
    package let isChildrens: Bool
    package let urgency: Urgency
    package let life: ReferralLife
    package let recorded: Instant
    /// `recorded` where another site decides.
    package let outcome: String
    package let decision: UniqueID?
    /// Position of the decision that let it reach the recipient.
    package let released: Int64?
    /// Position of the decision that let it reach its first recipient.
    package let firstReleased: Int64?
    /// Position of the last event that moved it.
    package let updated: Int64
    /// Whether its event names somebody by a unique pupil number, which not everybody may be shown.
    package let namesPupil: Bool

    /// Whether it reached its recipient and somebody may still act on it.
    package var isOpen: Bool { released != nil && life.state.isOpen }
}

/// One step in a referral's life.
package struct ReferralStepRow: Sendable, Hashable {
    package let index: Int64
    package let event: UniqueID
    package let verb: String
    package let author: AgencyID
    package let role: String?
    package let recorded: Instant
    package let state: String
}

extension ProjectionReader {
    package func referral(_ event: UniqueID) throws -> ReferralRow? {
        try first("SELECT * FROM referral WHERE idx = (SELECT idx FROM event WHERE id = ?)", [event.blob]).map(
            Self.referralRow)
    }

    package func referrals(of subject: SubjectReference) throws -> [ReferralRow] {
        try all("SELECT * FROM referral WHERE subject = ? ORDER BY idx", [subject.id.blob]).map(Self.referralRow)
    }

    /// Referrals from position `from` on that `agency` sent, or that reached it; of everybody when nil.
    package func referrals(of agency: AgencyID?, from: Int64, limit: Int) throws -> [ReferralRow] {
        guard let agency else {
            return try all("SELECT * FROM referral WHERE idx >= ? ORDER BY idx LIMIT ?", [from, limit]).map(
                Self.referralRow)
        }
        return try all(
            """
            SELECT * FROM (
                SELECT * FROM referral WHERE sender = ?1 AND idx >= ?2
                UNION SELECT * FROM referral WHERE recipient = ?1 AND idx >= ?2 AND released IS NOT NULL
            ) ORDER BY idx LIMIT ?3
            """, [agency.text, from, limit]
        ).map(Self.referralRow)
    }

    package func stepCount(of referral: UniqueID) throws -> Int {
        try first("SELECT COUNT(*) AS steps FROM referral_step WHERE referral = ?", [referral.blob])?["steps"] ?? 0
    }

    package func steps(of referral: UniqueID) throws -> [ReferralStepRow] {
        try all("SELECT * FROM referral_step WHERE referral = ? ORDER BY idx", [referral.blob]).map { row in
            let column = Column(table: "referral_step")
            return ReferralStepRow(
                index: row["idx"], event: try column.id(row, "event"), verb: row["verb"],
                author: try column.agency(row, "author"), role: row["role"],
                recorded: column.instant(row, "recorded"), state: row["state"])
        }
    }

    private static func referralRow(_ row: Row) throws -> ReferralRow {
        let column = Column(table: "referral")
        guard let purpose = PurposeCode(row["purpose"] as String) else {
            throw ProjectionError.damaged(table: "referral")
        }
        return ReferralRow(
            event: try column.id(row, "event"), index: row["idx"],
            subject: SubjectReference(try column.id(row, "subject")), sender: try column.agency(row, "sender"),
            recipient: try column.agency(row, "recipient"), purpose: purpose, isSafeguarding: row["safeguarding"],
            isChildrens: row["childrens"],
            urgency: try column.value(row, "urgency"),
            life: ReferralLife(
                state: try column.value(row, "state"), acknowledged: row["acknowledged"], escalated: row["escalated"],
                withdrawalNoted: row["withdrawal_noted"]),
            recorded: column.instant(row, "recorded"), outcome: row["outcome"],
            decision: try column.optionalID(row, "decision"), released: row["released"],
            firstReleased: row["first_released"], updated: row["updated"],
            namesPupil: row["names_pupil"])
    }
}
