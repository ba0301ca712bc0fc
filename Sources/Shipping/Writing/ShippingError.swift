package import EventStore

/// Why this site cannot ship.
package enum ShippingError: CodedError, Hashable {
    case log(LogError)
    case sealing(SealingError)
    /// A body that is to leave is not there, and no erasure says why.
    case bodyLost(index: Int64)
    /// The receiver has more of this log than there is: its checkpoint is proof that this site went back to an older copy.
    case receiverIsAhead(size: Int64)
    /// The receiver trusts a key that never signed this log.
    case keyNotOurs
    case cursorUnknown
    case signing

    package var code: String {
        switch self {
        case .log(let error): error.code
        case .sealing(let error): error.code
        case .bodyLost: "shipping-body-lost"
        case .receiverIsAhead: "shipping-receiver-ahead"
        case .keyNotOurs: "shipping-key-not-ours"
        case .cursorUnknown: "shipping-cursor-unknown"
        case .signing: "shipping-signing-failed"
        }
    }

    package var description: String {
        switch self {
        case .log(let error): error.description
        case .sealing(let error): error.description
        case .bodyLost(let index):
            "the body of entry \(index) is missing and no erasure says why; restore the vault from a backup"
        case .receiverIsAhead(let size):
            "the receiver has \(size) entries of this log or more, and there are fewer here: an old backup was restored"
        case .keyNotOurs: "the receiver trusts a verifier key that is not one of this log's; have it add this site anew"
        case .cursorUnknown: "this log has no such position for that receiver"
        case .signing: "the audience statement could not be signed"
        }
    }

    /// Runs a read of the log and gives its error our type.
    static func reading<Result>(_ work: () throws(LogError) -> Result) throws(ShippingError) -> Result {
        do throws(LogError) {
            return try work()
        } catch {
            throw .log(error)
        }
    }
}
