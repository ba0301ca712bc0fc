/// The tables of what was done about a decision: what people of the holder settled, who read what was released, what was reviewed.
extension ProjectionSchema {
    static let aftermathStatements = """
        -- A person of the holder settled what was referred to it. `decided` is the event that was decided.
        CREATE TABLE resolution (
            idx INTEGER PRIMARY KEY, event BLOB NOT NULL, decided BLOB NOT NULL, author TEXT NOT NULL, role TEXT NOT NULL,
            kid TEXT NOT NULL, recorded INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX resolution_by_decided ON resolution (decided, idx);
        -- A recipient read content. `reader` is a digest of its actor.
        CREATE TABLE opening (
            idx INTEGER PRIMARY KEY, event BLOB NOT NULL, content BLOB NOT NULL, agency TEXT NOT NULL, reader TEXT NOT NULL,
            role TEXT NOT NULL, items TEXT NOT NULL, recorded INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX opening_by_content ON opening (content, agency, idx);
        -- What must be looked at again, from the decision on. `decided` is the event that was decided.
        CREATE TABLE review (
            decided BLOB NOT NULL, kind TEXT NOT NULL, idx INTEGER NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL,
            started INTEGER NOT NULL, outcome TEXT, event BLOB, completed INTEGER, PRIMARY KEY (decided, kind)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX review_by_sender ON review (sender, idx);
        CREATE INDEX review_by_recipient ON review (recipient, idx);
        """

    static let aftermathTables: [(name: String, key: [String])] = [
        ("resolution", ["idx"]), ("opening", ["idx"]), ("review", ["decided", "kind"]),
    ]
}
