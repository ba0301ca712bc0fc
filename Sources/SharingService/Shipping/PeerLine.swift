import EventStore

/// A line to one peer. Whoever has one asks within limits of size, and gives up when it is cancelled.
package protocol PeerLine: Sendable {
    /// Asks for the next piece.
    /// - Parameter token: what shows the peer who asks.
    func ask(_ question: PeerQuestion, token: String) async throws(LineFault) -> LineAnswer

    /// Tells the peer how far this site has got.
    /// - Parameter cosignature: signature lines over the peer's checkpoint of that size.
    func acknowledge(_ size: Int64, cosignature: String?, token: String) async throws(LineFault)
}

/// What a peer answered. Nothing of it is believed yet.
package enum LineAnswer: Sendable {
    case piece([UInt8])
    /// It has less of its log than is here; its newest checkpoint as it sent it.
    case behind(checkpoint: String)
}

/// Why a question came to nothing.
package enum LineFault: CodedError, Hashable {
    case unreachable
    /// Its certificate is not one that is trusted, or it did not take this site's.
    case notTrusted
    case timedOut
    /// It answered with another status.
    case refused(status: Int, code: String?)
    /// Its address has no TLS and is not this very machine.
    case plaintext
    /// This site's own files cannot be read.
    case here(code: String)

    package var code: String {
        switch self {
        case .unreachable: "peer-unreachable"
        case .notTrusted: "peer-certificate"
        case .timedOut: "peer-no-answer"
        case .refused(_, let code): code.map { "peer-says-\($0)" } ?? "peer-refused"
        case .plaintext: "peer-plaintext"
        case .here(let code): code
        }
    }

    package var description: String {
        switch self {
        case .unreachable: "the peer cannot be reached; is its daemon running, and its address right?"
        case .notTrusted: "the peer's certificate is not trusted here, or this site's is not there; see `peers.ca`"
        case .timedOut: "the peer did not answer in time"
        case .refused(let status, let code): "the peer answered with status \(status)\(code.map { ", \($0)" } ?? "")"
        case .plaintext: "the peer's address is plain http, which is for this machine only; use https"
        case .here(let code): "this site's own files cannot be read (\(code))"
        }
    }
}
