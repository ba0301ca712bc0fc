import Encodings
import EventStore
import Projections
import SharingModel
import SharingPolicy

/// What bars, lifts and entitles. A person of whom nothing of a kind was recorded costs no look into its table.
extension FactGathering {
    func add(factsAbout subject: SubjectReference, to facts: PersonFile) throws {
        for noun in try reader.nouns(about: subject) {
            switch noun {
            case .death:
                facts.deaths += try reader.deaths(of: subject).map {
                    DeathOnRecord(event: $0.head.reference, date: $0.date, isVerified: $0.isVerified)
                }
            case .shield: facts.shields += try reader.shields(of: subject).map(onRecord)
            case .representative: facts.representatives += try reader.representatives(of: subject).map(onRecord)
            case .capacity:
                facts.capacity += try reader.capacities(of: subject).map {
                    CapacityOnRecord(
                        event: $0.head.reference, outcome: $0.outcome, basis: $0.basis,
                        isUnderRevokedKey: isDistrusted($0.head))
                }
            case .bestInterests:
                facts.bestInterests += try reader.bestInterests(of: subject).map {
                    BestInterestsOnRecord(
                        event: $0.head.reference, purposes: $0.purposes, items: $0.items, recipients: $0.recipients,
                        isUnderRevokedKey: isDistrusted($0.head))
                }
            case .courtOrder: facts.courtOrders += try reader.courtOrders(of: subject).map(onRecord)
            case .objection: facts.objections += try reader.objections(of: subject).map(onRecord)
            // Nothing in a decision rests on these.
            case .status, .involvement, .lead: break
            }
        }
    }

    private func isDistrusted(_ head: FactHead) -> Bool { !keys.permits(head.kid, recorded: head.recorded) }

    private func onRecord(_ row: ShieldRow) -> ShieldOnRecord {
        ShieldOnRecord(
            event: row.head.reference, author: row.head.author, against: row.against, holders: row.holders,
            isLifting: row.lifts,
            isUnderRevokedKey: isDistrusted(row.head))
    }

    private func onRecord(_ row: RepresentativeRow) -> RepresentativeOnRecord {
        RepresentativeOnRecord(
            event: row.head.reference, basis: row.basis, until: row.until,
            ended: row.head.endings.first.map { EventReference(id: $0.event, index: $0.index) },
            isUnderRevokedKey: isDistrusted(row.head))
    }

    private func onRecord(_ row: CourtOrderRow) -> CourtOrderOnRecord {
        CourtOrderOnRecord(
            event: row.head.reference, effect: row.effect, items: row.items, recipients: row.recipients,
            holders: row.holders, until: row.until,
            discharges: row.head.endings.map {
                EndingOnRecord(
                    event: EventReference(id: $0.event, index: $0.index),
                    isUnderRevokedKey: !keys.permits($0.kid, recorded: $0.recorded))
            }, isUnderRevokedKey: isDistrusted(row.head))
    }

    private func onRecord(_ row: ObjectionRow) -> ObjectionOnRecord {
        ObjectionOnRecord(
            event: row.head.reference, purposes: row.purposes, items: row.items, recipients: row.recipients,
            holders: row.holders,
            changes: row.changes.map {
                .init(
                    verb: $0.verb, event: EventReference(id: $0.event, index: $0.index),
                    isUnderRevokedKey: !keys.permits($0.kid, recorded: $0.recorded))
            })
    }
}

extension FactHead {
    fileprivate var reference: EventReference { EventReference(id: event, index: index) }
}
