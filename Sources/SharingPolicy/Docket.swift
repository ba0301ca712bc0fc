import Encodings
import SharingModel

/// A question with the facts it is judged on, and what follows from the two before any rule is looked at.
struct Docket {
    let question: Question
    let facts: Facts
    /// Fully signed agreements of the holder that no later version has replaced, in the order of their names.
    let agreements: [AgreementInPlay]
    /// What could not be evaluated and might have mattered to the holder.
    let errors: [EvaluationError]
    /// The day it is where the site is.
    let today: CalendarDay
    /// Leaves of the items of an offer: what is there, whatever its value.
    let offered: Set<ItemCode>

    init(_ question: Question, _ facts: Facts) {
        self.question = question
        self.facts = facts
        today = (facts.baseline?.timeZone ?? .utc).day(of: facts.clock)
        (agreements, errors) = AgreementInPlay.sort(out: facts, holder: question.holder.agency)
        offered = question.kind.isPush ? Set(Self.leaves(of: question.items.map(\.code), facts.baseline)) : []
    }

    var zone: SiteTimeZone { facts.baseline?.timeZone ?? .utc }

    /// The items to be decided: each parent as its leaves, sorted, each once.
    var items: [ItemCode] { leaves(of: question.items.map(\.code)) }

    func leaves(of codes: [ItemCode]) -> [ItemCode] { Self.leaves(of: codes, facts.baseline) }

    private static func leaves(of codes: [ItemCode], _ baseline: Baseline?) -> [ItemCode] {
        baseline?.items.leaves(of: codes) ?? Set(codes).sorted()
    }

    func matter(_ item: ItemCode) -> ConsentMatter {
        ConsentMatter(
            purpose: question.purpose, item: item, holder: question.holder.agency, recipient: question.recipient)
    }
}

/// Something recorded that this site can no longer make sense of.
struct EvaluationError {
    /// `liverpool-mash/3 is unreadable`
    let detail: String
}

// MARK: - Ages

extension Docket {
    /// Completed years at a moment; nil where no birth is on record. Negative before it.
    ///
    /// Somebody born on 29 February completes a year on 1 March where there is no 29 February.
    func age(at moment: Instant) -> Int64? {
        guard let born = birthday else { return nil }
        let day = zone.day(of: moment)
        let hadBirthday = (day.month, day.day) >= (born.month, born.day)
        return day.year - born.year - (hadBirthday ? 0 : 1)
    }

    /// The last moment before the person completes so many years; nil where no birth is on record.
    func lastMoment(beforeAge age: Int64) -> Instant? {
        guard let born = birthday else { return nil }
        let day =
            CalendarDay(year: born.year + age, month: born.month, day: born.day)
            ?? CalendarDay(year: born.year + age, month: 3, day: 1)
        return day.map { Instant(milliseconds: zone.start(of: $0).milliseconds - 1) }
    }

    private var birthday: CalendarDay? {
        switch facts.birth?.date {
        case .day(let day): day
        case .time(let moment): zone.day(of: moment)
        case nil: nil
        }
    }
}
