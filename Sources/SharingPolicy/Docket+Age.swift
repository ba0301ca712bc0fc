import Encodings
import SharingModel

extension Docket {
    /// Completed years at a moment; nil where no birth is on record. Negative before a birth, 0 before one that is only
    /// expected: a child not yet born is a child.
    ///
    /// Somebody born on 29 February completes a year on 1 March where there is no 29 February.
    func age(at moment: Instant) -> Int64? {
        guard let born = birthday else { return nil }
        let day = zone.day(of: moment)
        let hadBirthday = (day.month, day.day) >= (born.month, born.day)
        let years = day.year - born.year - (hadBirthday ? 0 : 1)
        return facts.birth?.isExpected == true ? max(years, 0) : years
    }

    /// The first moment of a birthday; nil where no birth is on record.
    func moment(ofAge age: Int64) -> Instant? {
        guard let born = birthday else { return nil }
        let day =
            CalendarDay(year: born.year + age, month: born.month, day: born.day)
            ?? CalendarDay(year: born.year + age, month: 3, day: 1)
        return day.map(zone.start(of:))
    }

    /// From when on a young person speaks for themselves about an item: 16, or the end of compulsory schooling where
    /// the baseline says so for the item. Nil where no birth is on record.
    func ownVoice(about item: ItemInQuestion) -> Instant? {
        guard item.known?.isUntilSchoolLeaving == true else { return moment(ofAge: 16) }
        return schoolLeaving
    }

    /// The day after the last Friday in June of the school year in which the person completes 16 years (Education Act
    /// 1996 s.8; Education (School Leaving Date) Order 1997).
    private var schoolLeaving: Instant? {
        guard let born = birthday else { return nil }
        let year = born.year + (born.month >= 9 ? 17 : 16)
        guard let last = CalendarDay(year: year, month: 6, day: 30) else { return nil }
        // 1970-01-02 was a Friday.
        let sinceFriday = (last.daysSince1970 - 1) % 7
        let friday = CalendarDay(daysSince1970: last.daysSince1970 - (sinceFriday + 7) % 7)
        return zone.start(of: CalendarDay(daysSince1970: friday.daysSince1970 + 1))
    }

    private var birthday: CalendarDay? {
        switch facts.birth?.date {
        case .day(let day): day
        case .time(let moment): zone.day(of: moment)
        case nil: nil
        }
    }
}
