import Shipping

/// The limits of this room, each with its reason. The strongroom has its own (`StoreLimits`), the front desk too (`APILimits`).
package enum ServiceLimits {
    /// Events sealed under one checkpoint and one flush to disk: enough that the flush is a small part of the cost of each, and so
    /// few that nobody waits for others for long.
    package static let batchEvents = 1_024
    /// Events that may wait for the registrar. More would wait longer than a client does; they are told to come back.
    package static let queueEvents = 8_192
    /// Events whose effects on the projections may wait for their commit while more events wait: what a start after a kill draws again, in a
    /// tenth of a second.
    static let eventsUnsettled = 4_096
    /// Facts about persons that the registrar keeps in memory from one decision to the next, in each of two generations, a person counting as one
    /// more: a million consents of 200,000 persons fit into one, and with them in it the daemon stays below a gigabyte.
    package static let factsInMemory = 1_500_000
    /// How far ahead of the site's clock an author's `time` may be, in seconds: clocks differ, but not by more (DOMAIN section 2).
    package static let clockAheadSeconds: Int64 = 300
    /// Rows of one page of a register.
    package static let page = 1_000
    package static let defaultPage = 100
    /// Bytes of signed events at which a page of events ends: as much as one body of many events may bring in.
    package static let pageBytes = 16 << 20
    /// Agencies that an entry's audience may name. What is over is told in further events.
    package static let audienceAgencies = 64
    /// For a withdrawal or a refusal, which is never turned down for its size: as many as an entry holds with ease. Those beyond are not named;
    /// every decision respects it all the same.
    static let audienceOfANo = 1_024
    /// Free bytes that must be left on the data folder's disk for an event to be accepted: room to end tidily, and for the
    /// operator to work in.
    package static let freeDiskBytes: Int64 = 32 << 20
    /// Steps of one referral, and of the casework on it. Each is read whenever another one follows, and nobody needs that many; what ends a referral,
    /// an assessment or a plan is taken beyond it.
    package static let referralSteps = 256
    /// The same with what other sites told. Each of two sites that do not hear of each other takes as many as it may, and they still count.
    static let referralStepsToldAbroad = 2 * referralSteps + 16
    /// How long one reader's second reading of the same items is part of the first, in seconds: a page that is loaded again is no new reading, and
    /// a reading of next morning is.
    package static let sameReadingSeconds: Int64 = 900
    /// The first wait after a failure to have a checkpoint stamped, in seconds; it doubles with each further one.
    static let stampBackoffSeconds: Int64 = 2
    /// The longest such wait, in seconds: an authority that is back is soon found.
    static let stampBackoffMostSeconds: Int64 = 300
    /// Timestamps of one answer: at 8 KiB each, less than one event may have.
    package static let timestampPage = 100
    package static let defaultTimestampPage = 20
    /// How long a client should wait before it tries again when the queue or the disk is full, in seconds.
    package static let retryAfterSeconds = 1
    package static let retryAfterDiskFullSeconds = 60
    /// The same while the operator has something to decide, which takes people, in seconds.
    package static let retryAfterReadOnlySeconds = 300
    /// How long a witness may be behind before the doctor mentions it, in hours: it may be down for a night.
    static let doctorWitnessHours: Int64 = 24
    /// Events that a row of a report lists where it counts more: enough to look at, and a row stays one that can be sent.
    static let eventsOfCount = 100
    /// Clients that follow the log at once (DESIGN section 9): each costs a connection, and a look at the projections when something for it
    /// is recorded.
    package static let streamClients = 1_024
    /// How long a peer may have its question held back until there is something new, in seconds: less than the minute for which proxies let a
    /// connection be silent. What it knows grows no older than that.
    package static let peerWaitSeconds: Int64 = 30
    /// How long a peer may take for an answer, in seconds, the time that it may hold it back included. The configuration can set another.
    package static let peerAnswerSeconds: Int64 = 60
    /// How old what is known of a peer may be before the doctor mentions it, in hours: a night without a line, or a file a week.
    static let doctorPeerHours: Int64 = 24
    static let doctorPeerFileHours: Int64 = 8 * 24
    /// A piece of a shipment, in bytes: as much as one body of events may nearly bring in.
    package static let peerPieceBytes = ShippingLimits.pieceBytes
    /// From one answer of a peer that brought all there is to the next question, in milliseconds: what is recorded meanwhile comes with one piece.
    static let peerPollMilliseconds: Int64 = 100
    /// Rows that a stream reads at a time, and bytes at which it stops before that: what waits in memory for one client that reads slowly.
    static let streamRows = 64
    static let streamBytes = 1 << 20
    /// Heartbeats that may pass while a client takes nothing of what was written to it. Then its connection is closed, and it resumes.
    static let streamStalledBeats = 2

    /// Resolutions of resolutions that are followed to what was asked or offered at first: nobody settles a thing that often.
    static let resolutionsFollowed = 64
    /// Events of one peer's log that wait for what they refer to. Each is looked at again whenever a peer's log brings something.
    static let arrivalsWaiting: Int64 = 256
    /// Questions that one `sync.advanced` may bring: with the decisions of a full batch they fit into one append.
    static let questionsOfArrival = 1_536

    /// How long a receiving key that was replaced is kept, in seconds: a shipment on a stick may take weeks, and one on a line that was cut as
    /// long. After it, what was sealed to the key opens for nobody, so that old files do not outlive an erasure.
    package static let receivingKeyKeptSeconds: Int64 = 30 * 86_400

    // What the doctor warns of. All of it is early enough to act in office hours.

    /// Days before an agreement's review or end at which it is told.
    static let doctorNoticeDays: Int64 = 30
    /// Days after which the receiving key is due for a change: the 30 that are meant, and a fortnight's grace.
    static let doctorReceivingKeyDays: Int64 = 45
    /// Days after which a backup is old: a weekly one has been missed.
    static let doctorBackupDays: Int64 = 8
    /// Free bytes below which the disk is told to be filling: a busy day's events, many times over.
    static let doctorFreeDiskBytes: Int64 = 1 << 30
    /// Seconds that the clock may be behind the newest entry: a step back by NTP.
    static let doctorClockSeconds: Int64 = 2
}
