import Crypto
import Encodings
import EventStore
import Foundation

/// How the bodies of a piece are sealed to its receiver: HPKE in base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM (RFC 9180;
/// LOGFORMAT, section 11).
///
/// One context for a piece: bodies are sealed and opened in the order in which they stand there, each with its event's id as additional
/// data. Who sent them HPKE does not say; that they are the log's own says the entry's commitment.
enum ShipmentSealing {
    static let suite = HPKE.Ciphersuite(kem: .Curve25519_HKDF_SHA256, kdf: .HKDF_SHA256, aead: .AES_GCM_256)

    /// Binds what is sealed to the log that it is from and the site that it is for.
    static func info(origin: String, receiver: String) -> Data {
        Data("sharing shipment v1\n\(origin)\n\(receiver)".utf8)
    }
}

/// Seals the bodies of one piece.
struct ShipmentSealer {
    private var sender: HPKE.Sender
    /// What the receiver needs besides its own key.
    let encapsulated: [UInt8]

    init(to key: AgreementPublicKey, origin: String, receiver: String) throws(SealingError) {
        do {
            sender = try HPKE.Sender(
                recipientKey: Curve25519.KeyAgreement.PublicKey(rawRepresentation: key.rawBytes),
                ciphersuite: ShipmentSealing.suite,
                info: ShipmentSealing.info(origin: origin, receiver: receiver))
        } catch {
            throw .keyUnusable
        }
        encapsulated = Array(sender.encapsulatedKey)
    }

    mutating func seal(_ plain: [UInt8], event: UniqueID) throws(SealingError) -> Data {
        do {
            // `Data`, because the library is generic and not specialised for our arrays: their type is looked up at each call.
            return try sender.seal(Data(plain), authenticating: Data(event.ascii))
        } catch {
            throw .keyUnusable
        }
    }
}

/// Opens the bodies of one piece, in their order.
struct ShipmentOpener {
    private var recipient: HPKE.Recipient

    /// - Parameter keys: those that are still there, the newest and the ones before it.
    init(_ header: PieceHeader, keys: [AgreementKey]) throws(SealingError) {
        guard let key = keys.first(where: { $0.publicKey.thumbprintBytes == header.recipientKey }) else {
            throw .keyUnknown
        }
        do {
            recipient = try HPKE.Recipient(
                privateKey: Curve25519.KeyAgreement.PrivateKey(rawRepresentation: key.secretBytes),
                ciphersuite: ShipmentSealing.suite,
                info: ShipmentSealing.info(origin: header.origin, receiver: header.receiver),
                encapsulatedKey: Data(header.encapsulated))
        } catch {
            throw .keyUnusable
        }
    }

    mutating func open(_ sealed: Data, event: UniqueID) throws(SealingError) -> [UInt8] {
        do {
            return Array(try recipient.open(sealed, authenticating: Data(event.ascii)))
        } catch {
            throw .doesNotOpen
        }
    }
}

/// Why bodies cannot be sealed or opened.
package enum SealingError: String, CodedError, Hashable {
    case keyUnusable = "shipment-key-unusable"
    case keyUnknown = "shipment-key-unknown"
    case doesNotOpen = "shipment-does-not-open"

    package var code: String { rawValue }

    package var description: String {
        switch self {
        case .keyUnusable: "the key that the shipment is to be sealed to is no X25519 key that can be used"
        case .keyUnknown:
            "the shipment is sealed to a key that this site does not have, or not any more; have the peer ship again to the present one"
        case .doesNotOpen: "a body does not open: it was damaged on its way, or is meant for another site"
        }
    }
}
