import EventStore

/// The tables of a replica: what came of one peer's log, and what was found against it. Nothing in them is ever changed or deleted.
enum ReplicaSchema {
    private static let tables = [
        "identity", "leaf", "tile", "entry", "body", "erasure", "progress", "checkpoint", "statement", "evidence",
        "resumption",
    ]

    static let kind = SQLiteFile.Kind(
        applicationID: 0x5348_5250, version: 1,
        schema: """
            -- Whose log it is, for whom, under which pinned key.
            CREATE TABLE identity(
                only INTEGER PRIMARY KEY CHECK (only = 1), origin TEXT NOT NULL, receiver TEXT NOT NULL, vkey TEXT NOT NULL
            ) STRICT;
            CREATE TABLE leaf(idx INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;
            -- Full tiles above the leaves.
            CREATE TABLE tile(level INTEGER NOT NULL, n INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY(level, n)) STRICT;
            -- `told`: how many positions of the log had been told when it came first. `late`: it came as an older one.
            CREATE TABLE entry(
                idx INTEGER PRIMARY KEY REFERENCES leaf, id BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL, told INTEGER NOT NULL, late INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX entry_by_told ON entry(told, idx) WHERE late = 1;
            -- Of several bodies of one entry the newest has the most disclosures. Sealed where the entry has a subject.
            CREATE TABLE body(number INTEGER PRIMARY KEY, idx INTEGER NOT NULL REFERENCES entry, sealed BLOB NOT NULL) STRICT;
            CREATE INDEX body_by_idx ON body(idx, number);
            CREATE TABLE erasure(idx INTEGER PRIMARY KEY REFERENCES entry) STRICT;
            -- One row for each piece.
            CREATE TABLE progress(
                number INTEGER PRIMARY KEY, size INTEGER NOT NULL, late INTEGER NOT NULL, checkpoint INTEGER NOT NULL,
                time INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE checkpoint(size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
            CREATE TABLE statement(
                number INTEGER PRIMARY KEY, size INTEGER NOT NULL, as_of INTEGER NOT NULL, gap INTEGER NOT NULL, jws BLOB NOT NULL
            ) STRICT;
            CREATE TABLE evidence(
                number INTEGER PRIMARY KEY, kind TEXT NOT NULL, time INTEGER NOT NULL, stops INTEGER NOT NULL, detail TEXT NOT NULL,
                material BLOB NOT NULL
            ) STRICT;
            -- Up to which evidence somebody has looked into it and decided to go on.
            CREATE TABLE resumption(
                number INTEGER PRIMARY KEY, evidence INTEGER NOT NULL, time INTEGER NOT NULL, reason TEXT NOT NULL
            ) STRICT;
            \(tables.map { table in
                ["UPDATE", "DELETE"].map { verb in
                    """
                    CREATE TRIGGER \(table)_no_\(verb.lowercased()) BEFORE \(verb) ON \(table)
                    BEGIN SELECT RAISE(ABORT, 'a replica only grows'); END;
                    """
                }.joined(separator: "\n")
            }.joined(separator: "\n"))
            """,
        secureDelete: false)
}
