public import Encodings

/// Which keys were valid where in a log. The caller builds it, because only the caller knows which events enrol and
/// revoke keys.
public protocol KeyTimeline: Sendable {
    /// Whether the key could author for the agency at this position, as the events before it say. An event that carries
    /// its own key (the founding one) is valid where the caller says so.
    func standing(of kid: Thumbprint, author: String, at index: Int64) -> KeyStanding

    /// Whether an event anywhere in the log says that the key was not to be trusted any more at this time. What it signed then is
    /// counted, and no finding: it was valid when it was recorded.
    func isDistrusted(_ kid: Thumbprint, recorded: Instant) -> Bool
}

extension KeyTimeline {
    public func isDistrusted(_ kid: Thumbprint, recorded: Instant) -> Bool { false }
}

/// What a key was worth at a position.
public enum KeyStanding: Sendable, Hashable {
    case valid(PublicKey)
    /// No event before this position enrolled it.
    case unknown
    /// It was enrolled for another author.
    case otherAuthor
    /// An event before this position revoked it.
    case revoked
}
