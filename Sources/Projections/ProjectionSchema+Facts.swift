/// The tables of facts about persons, and of what was done about a decision.
///
/// Every fact has its event, person, author, key and time. What one event ends of another stands in `ending`, whatever the noun.
extension ProjectionSchema {
    static let factStatements = """
        CREATE TABLE ending (
            idx INTEGER PRIMARY KEY, record BLOB NOT NULL, event BLOB NOT NULL, kid TEXT NOT NULL, recorded INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX ending_by_record ON ending (record, idx);
        -- Which of the tables below have rows about a person, so that a decision looks into no others.
        CREATE TABLE known_about (
            subject BLOB NOT NULL, noun TEXT NOT NULL, PRIMARY KEY (subject, noun)
        ) STRICT, WITHOUT ROWID;

        -- Two references that are one person (`merged`), or must never be known together again (`severed`).
        CREATE TABLE pairing (
            idx INTEGER PRIMARY KEY, event BLOB NOT NULL, subject BLOB NOT NULL, other BLOB NOT NULL, verb TEXT NOT NULL,
            author TEXT NOT NULL, kid TEXT NOT NULL, recorded INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX pairing_by_subject ON pairing (subject);
        CREATE INDEX pairing_by_other ON pairing (other);
        CREATE TABLE death (
            idx INTEGER PRIMARY KEY, event BLOB NOT NULL, subject BLOB NOT NULL, author TEXT NOT NULL, kid TEXT NOT NULL,
            recorded INTEGER NOT NULL, date TEXT NOT NULL, verified INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX death_by_subject ON death (subject, idx);
        -- `lifts`: an `unshielded`. `holders` null: any holder. `against`: agencies, or "*".
        CREATE TABLE shield (
            idx INTEGER PRIMARY KEY, event BLOB NOT NULL, subject BLOB NOT NULL, author TEXT NOT NULL, kid TEXT NOT NULL,
            recorded INTEGER NOT NULL, lifts INTEGER NOT NULL, holders TEXT, against TEXT NOT NULL
        ) STRICT;
        CREATE INDEX shield_by_subject ON shield (subject, idx);
        CREATE TABLE representative (
            idx INTEGER PRIMARY KEY, event BLOB NOT NULL, subject BLOB NOT NULL, author TEXT NOT NULL, kid TEXT NOT NULL,
            recorded INTEGER NOT NULL, basis TEXT NOT NULL, valid_until TEXT
        ) STRICT;
        CREATE INDEX representative_by_subject ON representative (subject, idx);
        CREATE TABLE capacity (
            idx INTEGER PRIMARY KEY, event BLOB NOT NULL, subject BLOB NOT NULL, author TEXT NOT NULL, kid TEXT NOT NULL,
            recorded INTEGER NOT NULL, outcome TEXT NOT NULL, basis TEXT NOT NULL
        ) STRICT;
        CREATE INDEX capacity_by_subject ON capacity (subject, idx);
        CREATE TABLE best_interests (
            idx INTEGER PRIMARY KEY, event BLOB NOT NULL, subject BLOB NOT NULL, author TEXT NOT NULL, kid TEXT NOT NULL,
            recorded INTEGER NOT NULL, purposes TEXT NOT NULL, items TEXT NOT NULL, recipients TEXT NOT NULL
        ) STRICT;
        CREATE INDEX best_interests_by_subject ON best_interests (subject, idx);
        CREATE TABLE court_order (
            idx INTEGER PRIMARY KEY, event BLOB NOT NULL, subject BLOB NOT NULL, author TEXT NOT NULL, kid TEXT NOT NULL,
            recorded INTEGER NOT NULL, effect TEXT NOT NULL, items TEXT NOT NULL, recipients TEXT NOT NULL, holders TEXT,
            valid_until TEXT
        ) STRICT;
        CREATE INDEX court_order_by_subject ON court_order (subject, idx);
        CREATE TABLE status (
            idx INTEGER PRIMARY KEY, event BLOB NOT NULL, subject BLOB NOT NULL, author TEXT NOT NULL, kid TEXT NOT NULL,
            recorded INTEGER NOT NULL, status TEXT NOT NULL, valid_from TEXT NOT NULL
        ) STRICT;
        CREATE INDEX status_by_subject ON status (subject, idx);
        CREATE TABLE objection (
            idx INTEGER PRIMARY KEY, event BLOB NOT NULL, subject BLOB NOT NULL, author TEXT NOT NULL, kid TEXT NOT NULL,
            recorded INTEGER NOT NULL, purposes TEXT NOT NULL, items TEXT NOT NULL, recipients TEXT NOT NULL, holders TEXT
        ) STRICT;
        CREATE INDEX objection_by_subject ON objection (subject, idx);
        CREATE TABLE objection_change (
            idx INTEGER PRIMARY KEY, objection BLOB NOT NULL, event BLOB NOT NULL, verb TEXT NOT NULL, author TEXT NOT NULL,
            kid TEXT NOT NULL, recorded INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX objection_change_by_objection ON objection_change (objection, idx);

        -- Which service, and which professional, stand in the bodies: they are free text.
        CREATE TABLE involvement (
            idx INTEGER PRIMARY KEY, event BLOB NOT NULL, subject BLOB NOT NULL, author TEXT NOT NULL, kid TEXT NOT NULL,
            recorded INTEGER NOT NULL, sensitive INTEGER NOT NULL, consent BLOB
        ) STRICT;
        CREATE INDEX involvement_by_subject ON involvement (subject, idx);
        CREATE TABLE lead (
            idx INTEGER PRIMARY KEY, event BLOB NOT NULL, subject BLOB NOT NULL, author TEXT NOT NULL, kid TEXT NOT NULL,
            recorded INTEGER NOT NULL, role TEXT NOT NULL
        ) STRICT;
        CREATE INDEX lead_by_subject ON lead (subject, idx);

        -- Assessments and plans on a referral; `kind` is a digest of its words.
        CREATE TABLE casework (
            idx INTEGER PRIMARY KEY, referral BLOB NOT NULL, event BLOB NOT NULL, verb TEXT NOT NULL, kind TEXT NOT NULL,
            author TEXT NOT NULL, role TEXT NOT NULL, recorded INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX casework_by_referral ON casework (referral, idx);
        """

    static let factTables: [(name: String, key: [String])] = [
        ("ending", ["idx"]), ("known_about", ["subject", "noun"]), ("pairing", ["idx"]), ("death", ["idx"]),
        ("shield", ["idx"]),
        ("representative", ["idx"]),
        ("capacity", ["idx"]), ("best_interests", ["idx"]), ("court_order", ["idx"]), ("status", ["idx"]),
        ("objection", ["idx"]), ("objection_change", ["idx"]), ("involvement", ["idx"]), ("lead", ["idx"]),
        ("casework", ["idx"]),
    ]
}
