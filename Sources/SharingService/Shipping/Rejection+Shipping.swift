import EventStore
import Shipping

extension Rejection {
    static let noSuchPeer = Rejection(
        .notFound, "no-such-peer", "no site of this origin is a peer here; see `sharectl peer list`")
    static let peerRemoved = Rejection(
        .forbidden, "peer-removed", "this site is no peer any more; what came before stays, and nothing more leaves")
    static let unknownPeer = Rejection(
        .unauthenticated, "unknown-peer",
        "no peer here has a site key with this `kid`; have the operator add the site (`sharectl peer add`)")
    static let questionOpen = Rejection(
        .tooMany, "question-open", "a question of this peer is being answered; ask one at a time")
    static let peersBehind = Rejection(
        .overloaded, "peers-behind",
        "what is known of a peer is older than the configuration lets it be; see `sharectl peer list`")
    static let recipientKeyUnknown = Rejection(
        .invalid, "recipient-key-unknown",
        "the bodies are not sealed to a key that this peer was not added with, nor announced in its log since")

    /// What keeps this site from shipping.
    /// - Parameter newest: this log's newest checkpoint, for a receiver that has more than there is.
    init(_ error: ShippingError, newest: SignedCheckpoint) {
        switch error {
        case .receiverIsAhead:
            self = Rejection(.conflict, error.code, error.description).with("checkpoint", newest.note)
        case .keyNotOurs, .cursorUnknown: self.init(.conflict, error.code, error.description)
        case .sealing: self.init(.invalid, error.code, error.description)
        case .log, .bodyLost, .signing: self.init(.overloaded, error.code, error.description)
        }
    }

    /// Why a piece was not taken.
    init(_ refusal: PieceRefusal) {
        let kind: Kind =
            switch refusal {
            case .alreadyHere, .notNext: .invalid
            case .sealing, .notTrustedYet: .invalid
            case .storage: .overloaded
            case .evidence(let evidence): evidence.stops ? .conflict : .invalid
            }
        self.init(kind, refusal.code, refusal.description)
    }
}
