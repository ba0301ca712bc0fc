package import Encodings
package import EventStore

/// What was found against a peer, with what shows it. It is kept for good, up to a limit for each kind.
package struct Evidence: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Two signed checkpoints, of which the larger tree does not begin with the smaller.
        case fork
        /// A checkpoint of a smaller size than one that was signed and verified before.
        case rolledBack = "rolled-back"
        /// A signed checkpoint, and no proof that its tree begins with the one that was verified before.
        case unproved
        /// A key signed that the log had replaced before.
        case endedKey = "ended-key"
        /// The log of another origin, or what was meant for another receiver.
        case otherLog = "other-log"
        /// A checkpoint without the peer's good signature.
        case forgedCheckpoint = "forged-checkpoint"
        /// Records that do not give the tree that was signed.
        case recordsDoNotFit = "records-do-not-fit"
        /// A body that is not what its entry commits to, or says something else than its entry.
        case bodyDoesNotFit = "body-does-not-fit"
        /// A body that no valid key of its author signed.
        case authorNotProved = "author-not-proved"
        /// The signed audience statement counts other entries than came.
        case withheld
        /// A statement without the peer's good signature, or for another log, tree or receiver.
        case forgedStatement = "forged-statement"
        /// An audience statement from before was shown as if it were new.
        case replayedStatement = "replayed-statement"
        /// A newer statement that says less than an older one.
        case retractedStatement = "retracted-statement"
        /// A statement, or an entry, from the future.
        case ahead
        /// What came is no shipment, or is beyond a limit.
        case malformed
        /// Nothing came in time.
        case noAnswer = "no-answer"
    }

    package let kind: Kind
    package let found: Instant
    /// What shows it: the piece as it came, a statement, or `ForkEvidence` as JSON.
    package let material: [UInt8]
    /// What is the matter, in a few words without anything from an event.
    package let detail: String
    /// Whether nothing more is taken from the peer until its operator has looked into it.
    package let stops: Bool

    package init(_ kind: Kind, found: Instant, material: [UInt8], detail: String, stops: Bool) {
        self.kind = kind
        self.found = found
        self.material = Array(material.prefix(ShippingLimits.evidenceBytes))
        self.detail = detail
        self.stops = stops
    }

    /// How a piece came, which says who can have made what is wrong with it.
    package enum Source: Sendable, Hashable {
        /// From the peer itself, over a connection that is known to be its.
        case line
        /// As a file: anybody on its way may have damaged or made it, so that only what the peer signed speaks against it.
        case file
    }
}

extension Evidence.Kind {
    /// Whether it rests on the peer's own signatures alone.
    var isSigned: Bool {
        switch self {
        case .fork, .endedKey, .retractedStatement: true
        default: false
        }
    }

    /// Whether shipping stops for it, where it comes from the peer itself.
    var isGrave: Bool {
        switch self {
        case .fork, .rolledBack, .unproved, .endedKey, .recordsDoNotFit, .bodyDoesNotFit, .authorNotProved, .withheld,
            .retractedStatement, .replayedStatement:
            true
        case .otherLog, .forgedCheckpoint, .forgedStatement, .ahead, .malformed, .noAnswer: false
        }
    }

    package func stops(from source: Evidence.Source) -> Bool { isSigned || (isGrave && source == .line) }
}

/// Why a piece was not taken. Nothing of it was kept but the evidence.
package enum PieceRefusal: Error, Sendable, CustomStringConvertible {
    /// It tells nothing that is not here yet: no fault, and nothing to do.
    case alreadyHere
    /// It is not the piece that comes next.
    case notNext(expected: Cursor)
    /// The bodies are sealed to a key that is not here, or were damaged.
    case sealing(SealingError)
    /// The witnesses that were asked for have not cosigned yet.
    case notTrustedYet(TrustFailure)
    /// What this site has itself cannot be read.
    case storage(StorageError)
    case evidence(Evidence)

    package var code: String {
        switch self {
        case .alreadyHere: "shipment-already-here"
        case .notNext: "shipment-not-next"
        case .sealing(let error): error.code
        case .notTrustedYet(let error): error.code
        case .storage(let error): error.code
        case .evidence(let evidence): "peer-" + evidence.kind.rawValue
        }
    }

    package var description: String {
        switch self {
        case .alreadyHere: "everything in this piece is here already"
        case .notNext(let expected): "this piece is not the next; have the peer ship from `\(expected)` on"
        case .sealing(let error): error.description
        case .notTrustedYet(let error): error.description
        case .storage(let error): error.description
        case .evidence(let evidence): evidence.detail
        }
    }
}
