package import Encodings
import Foundation
import GRDB
package import SharingModel

extension ProjectionWriter {
    func describe(_ data: SubjectDescribed, _ recorded: RecordedEvent) throws {
        guard let subject = recorded.subject else { return }
        let (born, expected): (String?, String?) =
            switch data.birth {
            case .born(let date): (date.description, nil)
            case .expected(let date): (nil, date.description)
            }
        try run(
            """
            INSERT INTO person (subject, birth_date, expected_date, event, idx) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (subject) DO UPDATE SET birth_date = excluded.birth_date, expected_date = excluded.expected_date,
                event = excluded.event, idx = excluded.idx
            """,
            [subject.id.blob, born, expected, recorded.id.blob, recorded.index])
    }

    func give(_ data: ConsentGiven, _ recorded: RecordedEvent) throws {
        guard let subject = recorded.subject else { return }
        try run(
            """
            INSERT INTO consent (event, idx, subject, author, kid, recorded, kind, giver, purposes, items, recipients, holders,
                exceptions, method, valid_from, valid_until)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                recorded.id.blob, recorded.index, subject.id.blob, recorded.author.text, recorded.kid,
                recorded.recorded.milliseconds, data.kind.rawValue, data.giver.rawValue, texts(data.purposes),
                data.items.text, data.recipients.json.text, data.holders.map(texts),
                data.exceptions.isEmpty
                    ? "[]"
                    : JSON.array(data.exceptions.map { .object(["to": $0.to.json, "items": $0.items.json]) }).text,
                data.method.rawValue, data.from.description, data.until?.description,
            ])
        // Where two sites tell, the withdrawal may come first.
        guard drawing?.mayHaveEnded(recorded.id) ?? true else { return }
        try run(
            """
            UPDATE consent SET (withdrawn, withdrawn_event, withdrawn_at) =
                (SELECT idx, event, recorded FROM ending WHERE record = ?2 ORDER BY idx LIMIT 1)
            WHERE idx = ?1 AND EXISTS (SELECT 1 FROM ending WHERE record = ?2)
            """, [recorded.index, recorded.id.blob])
    }

    func withdraw(_ data: ConsentWithdrawn, _ recorded: RecordedEvent) throws {
        try run(
            """
            UPDATE consent SET withdrawn = ?, withdrawn_event = ?, withdrawn_at = ?
            WHERE idx = (SELECT idx FROM event WHERE id = ?) AND withdrawn IS NULL
            """,
            [recorded.index, recorded.id.blob, recorded.recorded.milliseconds, data.consent.blob])
        guard try reader.index(of: data.consent) == nil else { return }
        drawing?.ends(data.consent)
        try run(
            "INSERT INTO ending (idx, record, event, kid, recorded) VALUES (?, ?, ?, ?, ?)",
            [
                recorded.index, data.consent.blob, recorded.id.blob, recorded.kid, recorded.recorded.milliseconds,
            ])
    }

    func refuse(_ data: ConsentRefused, _ recorded: RecordedEvent) throws {
        guard let subject = recorded.subject else { return }
        try run(
            """
            INSERT INTO refusal (event, idx, subject, author, kid, recorded, giver, purposes, items, recipients, holders)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                recorded.id.blob, recorded.index, subject.id.blob, recorded.author.text, recorded.kid,
                recorded.recorded.milliseconds, data.by.rawValue, texts(data.purposes), data.items.json.text,
                data.recipients.json.text, data.holders.map(texts),
            ])
    }
}

/// A list as it stands in a column.
func texts(_ values: some Sequence<some CustomStringConvertible>) -> String {
    var writer = JSONWriter(reservingBytes: 64)
    writer.raw("[")
    var isFirst = true
    for value in values {
        if !isFirst { writer.raw(",") }
        isFirst = false
        writer.string(value.description)
    }
    writer.raw("]")
    return String(decoding: writer.bytes, as: UTF8.self)
}

extension ItemSelection {
    package var json: JSON {
        switch self {
        case .all: ["*"]
        case .codes(let codes): .strings(codes.map(\.text))
        }
    }

    /// As it stands in a column: the text of `json`, without making that.
    var text: String {
        switch self {
        case .all: #"["*"]"#
        case .codes(let codes): texts(codes.lazy.map(\.text))
        }
    }

    init?(json: JSON) {
        if json == ["*"] {
            self = .all
        } else {
            guard let codes = json.array?.map({ $0.string.flatMap(ItemCode.init) }) else { return nil }
            self = .codes(codes.compactMap(\.self))
        }
    }
}

extension [RecipientSelector] {
    package var json: JSON {
        .strings(
            map {
                switch $0 {
                case .agency(let agency): agency.text
                case .kind(let kind): kind.rawValue
                case .anyone: "*"
                }
            })
    }

    init?(json: JSON) {
        guard let array = json.array else { return nil }
        self = array.compactMap { element in
            guard let text = element.string else { return nil }
            if text == "*" { return .anyone }
            if let kind = AgencyKind(rawValue: text) { return .kind(kind) }
            return (try? AgencyID(text)).map { .agency($0) }
        }
        guard count == array.count else { return nil }
    }
}
