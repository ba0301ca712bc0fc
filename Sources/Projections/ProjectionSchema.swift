/// The tables of `projections.sqlite`, named after what they list.
///
/// They hold pseudonymous references and metadata, never free text and never a person's identifier; everything in them can be drawn
/// again from the log and the replicas of peers' logs. Rows about an event are kept by its place, so that they are written where the last ones
/// were; who has only the event's id finds the place in `event`. Places (`idx`) count what the site knows in the order in which it came to
/// know it, and are log indexes where there are no peers (``ProjectionReader/Source``). Times are milliseconds since 1970 UTC, ids are 16 bytes, lists are JSON.
enum ProjectionSchema {
    /// Changes with every change below: projections of another version are thrown away and rebuilt.
    static let version = 10

    static let statements = [coreStatements, factStatements, aftermathStatements].joined(separator: "\n")

    private static let coreStatements = """
        CREATE TABLE position (
            only INTEGER PRIMARY KEY CHECK (only = 1), version INTEGER NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL
        ) STRICT;

        -- What a reader may find at all. `agency` is an agency's code, or '*'; `via` is the decision that released it, if one did.
        CREATE TABLE event (
            idx INTEGER PRIMARY KEY, id BLOB NOT NULL, type TEXT NOT NULL, author TEXT NOT NULL, subject BLOB, cause BLOB,
            recorded INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX event_by_id ON event (id);
        CREATE INDEX event_by_subject ON event (subject, idx) WHERE subject IS NOT NULL;
        CREATE TABLE audience (
            agency TEXT NOT NULL, idx INTEGER NOT NULL, via BLOB, PRIMARY KEY (agency, idx)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE party (
            agency TEXT NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (agency, idx)
        ) STRICT, WITHOUT ROWID;
        -- Who may know of a person at all: whoever can read an event about them, or (`readable` 0) is only party to one. One row to
        -- look for, so that the time an answer takes does not tell how much there is that the reader may not see.
        CREATE TABLE known_to (
            subject BLOB NOT NULL, agency TEXT NOT NULL, readable INTEGER NOT NULL, PRIMARY KEY (subject, agency)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE agency (
            agency TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, public_authority INTEGER NOT NULL, site TEXT,
            dpo TEXT, safeguarding TEXT, breach TEXT, registered INTEGER NOT NULL, ended INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE agency_key (
            kid TEXT PRIMARY KEY, agency TEXT NOT NULL, jwk TEXT NOT NULL, roles TEXT NOT NULL, enrolled INTEGER NOT NULL,
            enrolled_by TEXT NOT NULL, enrolled_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        -- Sites that this one exchanges logs with. A site that was removed may be added again: `idx` is the newest adding.
        CREATE TABLE peer (
            origin TEXT PRIMARY KEY, idx INTEGER NOT NULL, url TEXT NOT NULL, vkey TEXT NOT NULL, site_key TEXT NOT NULL,
            hpke TEXT NOT NULL, removed INTEGER
        ) STRICT, WITHOUT ROWID;
        -- How much of a peer's log was known from which position of this one on. `own` is that position, `arrived` how many events of peers
        -- have a place from there on: those that this one brought are right behind it. `vkey` names the log.
        CREATE TABLE sync (
            idx INTEGER PRIMARY KEY, own INTEGER NOT NULL UNIQUE, peer TEXT NOT NULL, vkey TEXT NOT NULL, size INTEGER NOT NULL,
            root TEXT NOT NULL, arrived INTEGER NOT NULL
        ) STRICT;
        -- Which places are events of peers, and where those stand in their logs.
        CREATE TABLE arrival (
            idx INTEGER PRIMARY KEY, peer TEXT NOT NULL, vkey TEXT NOT NULL, position INTEGER NOT NULL, brought INTEGER NOT NULL
        ) STRICT;
        -- Events of peers that refer to what is not known here yet: they are looked at again whenever a peer's log brings something.
        CREATE TABLE waiting (
            number INTEGER PRIMARY KEY, vkey TEXT NOT NULL, peer TEXT NOT NULL, position INTEGER NOT NULL
        ) STRICT;
        -- The keys in peers' logs. They sign nothing here; what was recorded under one that is not trusted any more does not permit.
        CREATE TABLE peer_key (
            vkey TEXT NOT NULL, peer TEXT NOT NULL, kid TEXT NOT NULL, agency TEXT NOT NULL, jwk TEXT NOT NULL, roles TEXT NOT NULL,
            enrolled INTEGER NOT NULL, enrolled_by TEXT NOT NULL, enrolled_at INTEGER NOT NULL, PRIMARY KEY (vkey, kid)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE peer_key_revocation (
            vkey TEXT NOT NULL, position INTEGER NOT NULL, kid TEXT NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (vkey, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX sync_by_peer ON sync (peer, idx);
        CREATE TABLE key_revocation (idx INTEGER PRIMARY KEY, kid TEXT NOT NULL, since INTEGER NOT NULL) STRICT;
        CREATE INDEX agency_key_by_agency ON agency_key (agency);
        CREATE TABLE baseline (
            idx INTEGER PRIMARY KEY, event BLOB NOT NULL, digest TEXT NOT NULL, safeguarding TEXT NOT NULL, childrens TEXT NOT NULL,
            document TEXT NOT NULL
        ) STRICT;

        CREATE TABLE agreement (
            agreement TEXT NOT NULL, version INTEGER NOT NULL, digest TEXT NOT NULL, document TEXT NOT NULL, proposed INTEGER NOT NULL,
            event BLOB NOT NULL, status TEXT NOT NULL, status_event BLOB NOT NULL, PRIMARY KEY (agreement, version)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE agreement_party (
            agreement TEXT NOT NULL, version INTEGER NOT NULL, agency TEXT NOT NULL, PRIMARY KEY (agreement, version, agency)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE agreement_signature (
            agreement TEXT NOT NULL, version INTEGER NOT NULL, agency TEXT NOT NULL, event BLOB NOT NULL, idx INTEGER NOT NULL,
            kid TEXT NOT NULL, recorded INTEGER NOT NULL, PRIMARY KEY (agreement, version, agency, idx)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE person (
            subject BLOB PRIMARY KEY, birth_date TEXT, expected_date TEXT, event BLOB NOT NULL, idx INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE consent (
            idx INTEGER PRIMARY KEY, event BLOB NOT NULL, subject BLOB NOT NULL, author TEXT NOT NULL, kid TEXT NOT NULL,
            recorded INTEGER NOT NULL, kind TEXT NOT NULL, giver TEXT NOT NULL, purposes TEXT NOT NULL, items TEXT NOT NULL,
            recipients TEXT NOT NULL, holders TEXT, exceptions TEXT NOT NULL, method TEXT NOT NULL, valid_from TEXT NOT NULL,
            valid_until TEXT, withdrawn INTEGER, withdrawn_event BLOB, withdrawn_at INTEGER
        ) STRICT;
        CREATE INDEX consent_by_subject ON consent (subject, idx);
        CREATE TABLE refusal (
            idx INTEGER PRIMARY KEY, event BLOB NOT NULL, subject BLOB NOT NULL, author TEXT NOT NULL, kid TEXT NOT NULL,
            recorded INTEGER NOT NULL, giver TEXT NOT NULL, purposes TEXT NOT NULL, items TEXT NOT NULL, recipients TEXT NOT NULL,
            holders TEXT
        ) STRICT;
        CREATE INDEX refusal_by_subject ON refusal (subject, idx);

        -- `recipient` is who holds it now; a redirect moves it. `released` is the position of the decision that let it reach them,
        -- `first_released` of the one that let it reach its first recipient.
        CREATE TABLE referral (
            idx INTEGER PRIMARY KEY, event BLOB NOT NULL, subject BLOB NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL,
            purpose TEXT NOT NULL, safeguarding INTEGER NOT NULL, childrens INTEGER NOT NULL, urgency TEXT NOT NULL, state TEXT NOT NULL,
            acknowledged INTEGER NOT NULL, escalated INTEGER NOT NULL, withdrawal_noted INTEGER NOT NULL,
            recorded INTEGER NOT NULL, outcome TEXT NOT NULL, decision BLOB, released INTEGER, first_released INTEGER,
            updated INTEGER NOT NULL,
            names_pupil INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX referral_by_sender ON referral (sender, idx);
        CREATE INDEX referral_by_recipient ON referral (recipient, idx);
        CREATE INDEX referral_by_subject ON referral (subject, idx);
        CREATE TABLE referral_step (
            idx INTEGER PRIMARY KEY, referral BLOB NOT NULL, event BLOB NOT NULL, verb TEXT NOT NULL, author TEXT NOT NULL, role TEXT,
            recorded INTEGER NOT NULL, state TEXT NOT NULL
        ) STRICT;
        CREATE INDEX referral_step_by_referral ON referral_step (referral, idx);

        -- Everything that was decided as a disclosure, and what was shared outside. `kind`: request, referral, info, redirect, delivery,
        -- resolution, recorded. `content` is the event whose content it is about, `one_off` says that the holder recorded a decision of its own,
        -- `referred` that people of the holder have something to settle, `resolved` is the position of their last resolution's decision.
        CREATE TABLE disclosure (
            idx INTEGER PRIMARY KEY, event BLOB NOT NULL, kind TEXT NOT NULL, subject BLOB NOT NULL, sender TEXT NOT NULL,
            recipient TEXT NOT NULL, purpose TEXT NOT NULL, items TEXT NOT NULL, role TEXT, request BLOB, referral BLOB,
            content BLOB, one_off INTEGER NOT NULL, informed INTEGER, kid TEXT NOT NULL, recorded INTEGER NOT NULL, outcome TEXT NOT NULL,
            decision BLOB, referred INTEGER NOT NULL, resolved INTEGER, delivered INTEGER, receipted INTEGER, disputed INTEGER,
            recalled INTEGER
        ) STRICT;
        CREATE INDEX disclosure_by_sender ON disclosure (sender, idx);
        CREATE INDEX disclosure_by_recipient ON disclosure (recipient, idx);
        CREATE INDEX disclosure_by_request ON disclosure (request) WHERE request IS NOT NULL;
        CREATE INDEX disclosure_referred ON disclosure (sender, idx) WHERE referred = 1;
        CREATE TABLE decision (
            idx INTEGER PRIMARY KEY, event BLOB NOT NULL, request BLOB NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL,
            outcome TEXT NOT NULL, decision TEXT NOT NULL
        ) STRICT;
        CREATE INDEX decision_by_request ON decision (request);
        CREATE TABLE decision_fact (
            fact BLOB NOT NULL, decision BLOB NOT NULL, PRIMARY KEY (fact, decision)
        ) STRICT, WITHOUT ROWID;
        -- What a decision lets an agency have of an event's content, until when it is to be kept, and whether it may be passed on.
        CREATE TABLE release (
            event BLOB NOT NULL, agency TEXT NOT NULL, subject BLOB NOT NULL, decision BLOB NOT NULL, idx INTEGER NOT NULL,
            items TEXT NOT NULL, retain_until INTEGER, onward TEXT,
            PRIMARY KEY (event, agency)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX release_by_subject ON release (subject, agency);
        """

    /// Every table with its primary key, in the order in which two sets of projections are compared.
    static let tables: [(name: String, key: [String])] = coreTables + factTables + aftermathTables

    private static let coreTables: [(name: String, key: [String])] = [
        ("event", ["idx"]), ("audience", ["agency", "idx"]), ("party", ["agency", "idx"]),
        ("known_to", ["subject", "agency"]), ("agency", ["agency"]), ("peer", ["origin"]), ("sync", ["idx"]),
        ("arrival", ["idx"]), ("waiting", ["number"]), ("peer_key", ["vkey", "kid"]),
        ("peer_key_revocation", ["vkey", "position"]),
        ("agency_key", ["kid"]), ("key_revocation", ["idx"]), ("baseline", ["idx"]),
        ("agreement", ["agreement", "version"]),
        ("agreement_party", ["agreement", "version", "agency"]),
        ("agreement_signature", ["agreement", "version", "agency", "idx"]), ("person", ["subject"]),
        ("consent", ["idx"]),
        ("refusal", ["idx"]), ("referral", ["idx"]), ("referral_step", ["idx"]), ("disclosure", ["idx"]),
        ("decision", ["idx"]), ("decision_fact", ["fact", "decision"]), ("release", ["event", "agency"]),
    ]
}
