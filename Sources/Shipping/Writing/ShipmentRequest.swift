package import EventStore

/// What a receiver says when it asks for the next piece, or an operator for it when a file is written.
///
/// It says where the receiver stands, and nothing about what it wants: that is not for a peer to choose.
package struct ShipmentRequest: Sendable, Hashable {
    /// What comes next for it.
    package var from: Cursor
    /// The size of the checkpoint that it verified last; 0 for none.
    package var known: Int64
    /// The key of this log that it trusts now; nil for the one that signed at `from`.
    package var trusted: VerifierKey?
    /// The key that the bodies are to be sealed to.
    package var recipientKey: AgreementPublicKey
    /// The digest of the audience statement that it holds; nil for none.
    package var previous: String?

    package init(
        from: Cursor, known: Int64, trusted: VerifierKey? = nil, recipientKey: AgreementPublicKey, previous: String?
    ) {
        self.from = from
        self.known = known
        self.trusted = trusted
        self.recipientKey = recipientKey
        self.previous = previous
    }
}

/// A piece that is ready to leave.
package struct WrittenPiece: Sendable {
    package let bytes: [UInt8]
    /// Where the receiver stands when it has taken it.
    package let to: Cursor
    /// Of the checkpoint that it leads to.
    package let checkpointSize: Int64
    /// The digest that its statement has; nil where there is more to come.
    package let digest: String?

    /// Whether there is nothing more to tell, up to that checkpoint.
    package var isLast: Bool { digest != nil }
}
