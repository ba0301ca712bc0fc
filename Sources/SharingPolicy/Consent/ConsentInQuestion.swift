import Encodings
import SharingModel

/// A consent on record with what of it does not depend on the item: a question looks at each for several items and flows.
struct ConsentInQuestion {
    /// Its place among the consents on record. Not the record itself: copying its lists costs more than judging by them.
    private let place: Int
    /// About the purpose, and about the holder's data.
    private let isAbout: Bool
    /// How closely its recipients speak of the recipient; nil where they do not name it in any way, or it is about
    /// something else.
    private let recipientRank: Int?
    /// The recipient is named itself, so that it may read the consent.
    let namesRecipient: Bool

    init(at place: Int, in docket: Docket) {
        self.place = place
        isAbout =
            docket.facts.consents[place].purposes.contains(docket.question.purpose)
            && (docket.facts.consents[place].holders?.contains(docket.question.holder.agency) ?? true)
        recipientRank = isAbout ? docket.facts.consents[place].recipients.rank(of: docket.question.recipient) : nil
        namesRecipient = docket.facts.consents[place].names(docket.question.recipient.agency)
    }

    func record(in docket: Docket) -> ConsentOnRecord { docket.facts.consents[place] }
    func event(in docket: Docket) -> EventReference { docket.facts.consents[place].event }
    func isUnderRevokedKey(in docket: Docket) -> Bool { docket.facts.consents[place].isUnderRevokedKey }

    /// Has not started yet.
    func isToCome(in docket: Docket) -> Bool {
        docket.facts.consents[place].from.start(in: docket.zone) > docket.facts.clock
    }

    func isOver(in docket: Docket) -> Bool {
        docket.facts.consents[place].until.map { $0.end(in: docket.zone) < docket.facts.clock } ?? false
    }

    /// In time and not withdrawn, whoever gave it.
    func isActive(in docket: Docket) -> Bool {
        docket.facts.consents[place].withdrawal == nil && !isToCome(in: docket) && !isOver(in: docket)
    }

    /// How closely the consent grants an item; nil where it is about something else, or keeps the item back itself.
    ///
    /// Its own exceptions are part of what its giver said yes to, so they need not be specific: "everything to the
    /// council, health to nobody" grants no health to the council.
    func grant(of item: ItemInQuestion, in docket: Docket) -> Specificity? {
        guard let recipientRank, exception(to: item, in: docket) == nil else { return nil }
        return docket.facts.consents[place].items.depth(of: item.code).map {
            Specificity(recipient: recipientRank, itemDepth: $0)
        }
    }

    /// How closely the closest of its exceptions speaks of an item; nil where none does.
    func exception(to item: ItemInQuestion, in docket: Docket) -> Specificity? {
        guard isAbout, !docket.facts.consents[place].exceptions.isEmpty else { return nil }
        return docket.facts.consents[place].exceptions.compactMap {
            Specificity(recipients: $0.to, items: $0.items, item: item.code, recipient: docket.question.recipient)
        }.max()
    }
}
