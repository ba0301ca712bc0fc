/// What the strongroom refuses to be larger than, each with its reason. Limits of the HTTP border are the front desk's.
public enum Limits {
    /// An event with its disclosures, in bytes. Clinical documents fit; 32 connections of them still fit the memory of
    /// a small machine.
    public static let eventBytes = 1_048_576

    /// The encoded protected header of a JWS, in bytes. Ours has 130; what is larger is somebody trying something.
    public static let headerBytes = 4096

    /// An entry, in bytes: an entry bundle gives the length in 16 bits (tlog-tiles).
    public static let entryBytes = 65_535

    /// Disclosures of one event. A disclosure may hold 256 items, and a decision conceals three members beside each.
    public static let disclosuresPerEvent = 1024

    /// How deep disclosures may conceal disclosures: a stack that an event's author cannot exhaust.
    public static let concealmentDepth = 8

    /// Entries of one append, decisions included: what one transaction holds in memory.
    public static let appendEntries = 4096

    /// A signed note, in bytes. A checkpoint with 64 signatures has 12,000.
    public static let noteBytes = 65_536

    /// Signature lines of a note. The specification asks for at least 16 (signed-note v1.0.0).
    public static let noteSignatures = 64

    /// Hashes of one proof: the depth of a tree that an Int64 can count (tlog-witness allows 63).
    public static let proofHashes = 63

    /// Entries or bodies that one read of a range may ask for: whole-log work goes page by page.
    public static let pageEntries = 4096

    /// Timestamps of one page: at 8 KiB each, 2 MiB.
    static let pageTimestamps = 256

    /// How far ahead of now a bearer token may expire, in seconds (DESIGN, section 5): a stolen one is soon worthless.
    public static let tokenLifetimeSeconds: Int64 = 300

    /// How far two clocks may disagree over a bearer token, in seconds.
    public static let tokenLeewaySeconds: Int64 = 60

    /// An identifier of a person with its scheme, in bytes. The longest we know, `local:` and an agency's case number,
    /// has fewer than 150.
    public static let identifierBytes = 512

    /// Subjects' keys, and places of identifiers, that are held unwrapped in memory, each: those of a busy day, in
    /// under 2 MB.
    public static let cachedSubjects = 8192

    /// Persons, and identifiers, whom a verification of the whole log holds in memory, each: 40 MB for both.
    static let tabledPersons = 393_216

    /// How large a write-ahead log may stay on disk once its content has been moved into the database, in bytes.
    public static let journalBytes = 67_108_864

    /// Findings that a verification lists by name; those beyond are only counted, so that a ruined log does not exhaust
    /// memory.
    public static let findings = 1000

    /// A tlog-policy file, in bytes. One with 256 of everything has 100,000.
    public static let policyBytes = 262_144

    /// Logs, witnesses and groups of a tlog-policy, each. Its specification asks for at least 32; the nesting of groups,
    /// which is walked recursively, is bounded by it too.
    public static let policyMembers = 256

    /// How far a cosignature's time may be from the clock of whoever asked for it, in seconds: a witness signs when it is
    /// asked, and clocks differ, but not by more.
    public static let cosignatureClockSeconds: Int64 = 300

    /// Cosigned checkpoints that a log remembers: enough to serve the newest that is trusted, whoever of the witnesses
    /// comes late.
    public static let cosignedCheckpoints = 256

    /// Pieces of evidence of one kind against one log: the first prove as much as the next, and whoever can sign for the
    /// log could fill the disk with more.
    public static let evidenceOfOneKind = 1000
}
