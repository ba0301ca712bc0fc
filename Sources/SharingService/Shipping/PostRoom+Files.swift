package import Encodings
import EventStore
import Logging
package import Shipping

/// What an operator does by hand: files for a site without a line, and going on in spite of evidence.
extension PostRoom {
    /// What this site would ask a peer for next: so that a file can be written for it.
    /// - Throws: `Rejection`
    package func question(to origin: String) async throws -> PeerQuestion {
        PeerQuestion(try await inbox(of: try peer(origin)).request())
    }

    /// Everything that is for a peer, piece by piece, as far as the log goes now.
    /// - Parameter question: what the peer would ask; from the beginning of the log, sealed to the newest key that is known of it, where nil.
    /// - Throws: `Rejection`
    package func export(for origin: String, _ question: PeerQuestion?) async throws -> ShipmentExport {
        let peer = try peer(origin)
        let request =
            try question?.request
            ?? ShipmentRequest(
                from: .start, known: 0,
                recipientKey: try announcedKeys(of: peer).last ?? peer.agreementKey, previous: nil)
        return ShipmentExport(room: self, peer: peer, request: request, goal: witnessing.published.checkpoint.size)
    }

    /// What came of taking a piece from a file.
    package struct Imported: Sendable {
        package let origin: String
        package let cursor: Cursor
        package let events: Int
        package let isComplete: Bool
        /// Position of the `sync.advanced` that was recorded for it.
        package let advanced: Int64?

        package var json: JSON {
            .object([
                "origin": .string(origin), "cursor": .text(cursor), "events": .integer(Int64(events)),
                "complete": .bool(isComplete), "advanced": advanced.map { .integer($0) },
            ])
        }
    }

    /// Takes a piece that came as a file.
    /// - Throws: `Rejection`, with the code of what is wrong with it; evidence in it is kept.
    package func take(file bytes: [UInt8]) async throws -> Imported {
        let header: PieceHeader
        do throws(PieceFlaw) {
            header = try UnverifiedPiece(parsing: bytes).header
        } catch {
            throw Rejection(.invalid, error.code, error.description)
        }
        let peer = try peer(header.origin)
        // A file in the wrong place says nothing about whoever wrote it, so it is no evidence.
        guard header.receiver == store.origin else { throw Rejection.fileForAnotherSite }
        return try await take(bytes, from: peer, .file)
    }

    /// Takes a piece: verifies it, commits it, and has the own log told where it is the last.
    /// - Throws: `Rejection`
    package func take(_ bytes: [UInt8], from peer: KnownPeer, _ source: Evidence.Source) async throws -> Imported {
        let inbox = inbox(of: peer)
        let piece: VerifiedPiece
        let committed: Puller.Committed
        do {
            if source == .line, try await inbox.isStopped() { throw Rejection.peerStopped }
            piece = try await inbox.verify(try await inbox.parse(bytes, from: source), from: source)
            committed = try await inbox.commit(piece)
        } catch let refusal as PieceRefusal {
            throw Rejection(refusal)
        } catch let error as ReplicaError {
            throw Rejection(error == .stale ? .conflict : .overloaded, error.code, error.description)
        }
        return Imported(
            origin: peer.origin, cursor: piece.header.to, events: piece.arrivals.count,
            isComplete: committed.isComplete, advanced: try await inbox.advance())
    }

    /// Goes on with a peer in spite of the evidence so far.
    /// - Parameter reason: of the operator's, kept beside the evidence.
    /// - Throws: `Rejection`
    package func resume(_ origin: String, reason: String) async throws {
        let inbox = inbox(of: try peer(origin))
        guard try await inbox.isStopped() else {
            throw Rejection(.conflict, "peer-not-stopped", "nothing stops this peer, so there is nothing to resume")
        }
        try await inbox.resume(reason: reason)
        logger.warning("an operator goes on with a peer in spite of the evidence", metadata: ["peer": "\(origin)"])
    }
}

/// Everything that is for one peer, one piece at a time.
package actor ShipmentExport {
    private let room: PostRoom
    private let peer: KnownPeer
    private var request: ShipmentRequest
    /// The size of the log that it goes up to.
    private let goal: Int64
    private var isOver = false

    init(room: PostRoom, peer: KnownPeer, request: ShipmentRequest, goal: Int64) {
        self.room = room
        self.peer = peer
        self.request = request
        self.goal = goal
    }

    /// The next piece; nil behind the last.
    /// - Throws: `Rejection`
    package func next() async throws -> [UInt8]? {
        guard !isOver else { return nil }
        let piece = try await room.piece(for: peer, request)
        isOver = piece.isLast && piece.checkpointSize >= goal
        request.from = piece.to
        request.known = piece.checkpointSize
        request.previous = piece.digest ?? request.previous
        // Where the key changes a piece ends with the checkpoint that both signed, and the next goes on under the new one.
        if piece.to.size == piece.checkpointSize {
            request.trusted = room.store.log.keys.signers(at: piece.checkpointSize).last
        }
        return piece.bytes
    }
}

extension Rejection {
    static let fileForAnotherSite = Rejection(
        .invalid, "peer-other-log",
        "the file is for another site than this one; take it in there, or have the peer export one for this site")
    static let peerStopped = Rejection(
        .conflict, "peer-stopped",
        "nothing is taken from this peer until its operator has looked into the evidence; see `sharectl peer resume --help`"
    )
}
