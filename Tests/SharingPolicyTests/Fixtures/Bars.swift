import Encodings
import SharingPolicy

@testable import SharingModel

/// A court order about everything of everybody's going to the council, recorded at a place of the log.
func order(
    _ effect: CourtOrderRecorded.Effect = .prohibits, at index: Int64 = 300, items: ItemSelection = .all,
    to recipients: [RecipientSelector] = [.agency(council)], holders: [AgencyID]? = nil, until: String? = nil,
    dischargedAt discharge: Int64? = nil, dischargeIsTrusted: Bool = true, isUnderRevokedKey: Bool = false
) -> CourtOrderOnRecord {
    CourtOrderOnRecord(
        event: event(index), effect: effect, items: items, recipients: recipients, holders: holders,
        until: until.map { .day(day($0)) },
        discharges: discharge.map { [EndingOnRecord(event: event($0), isUnderRevokedKey: !dischargeIsTrusted)] } ?? [],
        isUnderRevokedKey: isUnderRevokedKey)
}

func shield(
    at index: Int64 = 310, by author: AgencyID = trust, against: SubjectShield.Against = .agencies([council]),
    holders: [AgencyID]? = nil,
    isLifting: Bool = false, isUnderRevokedKey: Bool = false
) -> ShieldOnRecord {
    ShieldOnRecord(
        event: event(index), author: author, against: against, holders: holders, isLifting: isLifting,
        isUnderRevokedKey: isUnderRevokedKey)
}

/// An objection to everything for early help, with what became of it.
func objection(
    at index: Int64 = 320, _ verbs: [ObjectionChange.Verb] = [.upheld], for purposes: [PurposeCode] = ["early-help"],
    items: ItemSelection = .all, to recipients: [RecipientSelector] = [.anyone], holders: [AgencyID]? = nil,
    changesAreTrusted: Bool = true
) -> ObjectionOnRecord {
    ObjectionOnRecord(
        event: event(index), purposes: purposes, items: items, recipients: recipients, holders: holders,
        changes: verbs.enumerated().map { place, verb in
            .init(verb: verb, event: event(index + 1 + Int64(place)), isUnderRevokedKey: !changesAreTrusted)
        })
}

func death(at index: Int64 = 330, isVerified: Bool = true) -> DeathOnRecord {
    DeathOnRecord(event: event(index), date: .day(day("2026-11-01")), isVerified: isVerified)
}

func assessment(
    _ outcome: CapacityAssessed.Outcome, _ basis: CapacityAssessed.Basis, at index: Int64 = 340,
    isUnderRevokedKey: Bool = false
) -> CapacityOnRecord {
    CapacityOnRecord(event: event(index), outcome: outcome, basis: basis, isUnderRevokedKey: isUnderRevokedKey)
}

func bestInterests(
    at index: Int64 = 350, for purposes: [PurposeCode] = ["early-help"], isUnderRevokedKey: Bool = false
) -> BestInterestsOnRecord {
    BestInterestsOnRecord(
        event: event(index), purposes: purposes, items: .all, recipients: [.agency(council)],
        isUnderRevokedKey: isUnderRevokedKey)
}

func resolution(
    at index: Int64 = 360, by role: RoleCode = "guardian", _ items: [ItemCode],
    _ result: DisclosureResolved.Item.Result = .permitted, exception: String? = nil,
    records: HolderRecords = HolderRecords(), isUnderRevokedKey: Bool = false
) -> ResolutionOnRecord {
    ResolutionOnRecord(
        event: event(index), role: role,
        items: items.map { .init(item: $0, result: result, exception: exception) }, records: records,
        isUnderRevokedKey: isUnderRevokedKey)
}

func oneOff(
    article6: LegalCode = "public-task", power: LegalCode? = "children-act-2004-s10",
    special: SpecialCondition? = nil, confidentiality: LegalCode = "none-owed"
) -> OneOff {
    OneOff(
        grounds: "need",
        basis: Basis(
            article6: article6, power: power, special: special, criminal: nil,
            confidentiality: Confidentiality(gateway: confidentiality)),
        by: .named("a"), office: "caldicott guardian")
}

let brokenGlass = BreakGlass(code: "immediate-danger", justification: "a child is alone")
