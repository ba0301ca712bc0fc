import EventStore

/// What a shipment may hold, each with its reason. A peer is somebody else's program: what is beyond a limit is refused before memory is
/// taken for it.
package enum ShippingLimits {
    /// A piece as it is read, in bytes: the largest body with its entry fits several times, and 16 peers at once fit a small machine.
    package static let pieceBytes = 8_388_608

    /// Where a writer ends a piece, in bytes. What comes on top is at most one entry with its body, the checkpoint and the statement, which
    /// leaves it below `pieceBytes`.
    package static let pieceTargetBytes = 4_194_304

    /// Records of one piece: their signatures are verified in well under a second, so progress is committed often.
    package static let pieceRecords = 4096

    /// Where a writer ends a piece, in records: while one is committed the next is verified and the one after that fetched, and all three are
    /// in memory.
    package static let pieceTargetRecords = 2048

    /// An origin or receiver, in bytes: what an origin may have (DOMAIN, section 1).
    package static let originBytes = 255

    /// A sealed body, in bytes: the largest event, its salt, and the tag.
    package static let sealedBytes = Limits.eventBytes + 32 + 16

    /// An audience statement, in bytes: 256 agencies at 72 characters, in base64url.
    package static let statementBytes = 65_536

    /// Agencies that one site hosts.
    package static let agencies = 256

    /// How far ahead of this site's clock a peer's may be, in seconds. A statement from later than that would look fresh for too long.
    package static let clockAheadSeconds: Int64 = 300

    /// How much newer a statement that says no more than the one on disk has to be to be written, in seconds. After a restart knowledge looks
    /// as much older, at most, until the next poll; a row for every poll would fill the disk.
    package static let statementKeptSeconds: Int64 = 600

    /// Pieces of evidence of one kind that are kept with the bytes that show it; a peer that goes on sending such must not fill the disk.
    package static let evidenceOfOneKind = 16

    /// Bytes of one piece of evidence: a piece as it came.
    package static let evidenceBytes = pieceBytes + 64
}
