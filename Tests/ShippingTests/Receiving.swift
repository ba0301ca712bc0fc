import Encodings
import EventStore
import Shipping
import Support

/// One site's replica of another's log, and everything that came on the way.
final class Receiving {
    let origin: ToySite
    let receiver: ToySite
    private(set) var replica: PeerReplica
    private(set) var writer: ShipmentWriter
    /// Every byte that came, and everything that could be opened of it.
    private(set) var received: [[UInt8]] = []
    private(set) var opened: [VerifiedPiece.Arrival] = []
    var policy: TlogPolicy?
    private let path: String

    init(_ origin: ToySite, at receiver: ToySite, name: String = "replica", key: VerifierKey? = nil) throws {
        self.origin = origin
        self.receiver = receiver
        path = receiver.folder.path(
            "\(name)-" + origin.origin.replacing("/", with: "-") + ".sqlite")
        pinned = key ?? origin.vkey
        writer = Self.writer(origin, receiver)
        replica = try PeerReplica(
            path: path, origin: origin.origin, receiver: receiver.origin, key: key ?? origin.vkey, authors: ToyKeys(),
            vault: receiver.vault)
    }

    private let pinned: VerifierKey

    private static func writer(_ origin: ToySite, _ receiver: ToySite) -> ShipmentWriter {
        ShipmentWriter(
            log: origin.log, meaning: ToyMeaning(), siteKey: origin.siteKey, receiver: receiver.origin)
    }

    /// The receiver restarts: what is not in its file is forgotten.
    func restartReceiver() throws {
        replica = try PeerReplica(
            path: path, origin: origin.origin, receiver: receiver.origin, key: pinned, authors: ToyKeys(),
            vault: receiver.vault)
    }

    func restartOrigin() { writer = Self.writer(origin, receiver) }

    var trust: PeerTrust {
        PeerTrust(siteKey: origin.siteKey.publicKey, receiving: [receiver.hpke], policy: policy)
    }

    var request: ShipmentRequest { replica.state.request(sealedTo: receiver.hpke.publicKey) }

    var now: Instant { max(origin.now, receiver.now) }

    func piece(_ request: ShipmentRequest? = nil, now: Instant? = nil) throws -> WrittenPiece {
        try writer.piece(request ?? self.request, now: now ?? self.now)
    }

    func verifier(_ source: Evidence.Source = .line, now: Instant? = nil) -> PieceVerifier {
        PieceVerifier(
            trust: trust, state: replica.state, lookup: replica, source: source, now: now ?? self.now)
    }

    /// Remembers what came, for whoever drives the replica by itself.
    func note(_ bytes: [UInt8]) { received.append(bytes) }

    func note(_ piece: VerifiedPiece) { opened += piece.arrivals }

    /// Verifies and commits; what it shows against the peer is kept.
    @discardableResult
    func take(_ bytes: [UInt8], _ source: Evidence.Source = .line, now: Instant? = nil) throws -> VerifiedPiece {
        received.append(bytes)
        do throws(PieceRefusal) {
            let verifier = verifier(source, now: now)
            let piece = try verifier.verify(try verifier.parse(bytes))
            opened += piece.arrivals
            try? replica.commit(piece, now: now ?? self.now)
            return piece
        } catch {
            if case .evidence(let evidence) = error { try replica.keep(evidence) }
            throw error
        }
    }

    /// Takes everything that there is.
    func catchUp() throws {
        while true {
            origin.pass(seconds: 1)
            if try take(try piece().bytes).statement != nil { return }
        }
    }

    /// The kinds of evidence that were kept.
    func kinds() throws -> [Evidence.Kind] { try replica.evidence().map(\.evidence.kind) }

    /// What is here: the names of the disclosures of each event.
    func contents() throws -> [UniqueID: Set<String>] {
        var contents: [UniqueID: Set<String>] = [:]
        for event in try replica.events(from: 0, below: .max, limit: 100_000) {
            guard let body = event.body.opened else { continue }
            let parsed = try UnverifiedEvent(parsing: body.compact, disclosures: .some)
            contents[event.entry.id] = Set(parsed.disclosures.compactMap(\.name))
        }
        return contents
    }
}
