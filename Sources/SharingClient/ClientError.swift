package import Encodings
package import SharingModel

/// What went wrong between this client and a site. Texts say what to do and hold no personal data.
package enum ClientError: Error, Sendable, CustomStringConvertible {
    /// The site answered with a problem (RFC 9457).
    case problem(Problem)
    /// No connection, or it broke off.
    case unreachable(server: String, reason: String)
    case timedOut(server: String, seconds: Int64)
    case answerTooLarge(limitBytes: Int)
    /// The answer is not what the contract says.
    case unexpectedAnswer(status: Int, reason: String)
    /// The answer does not verify under the pinned verifier key.
    case notProven(reason: String)
    case badServer(reason: String)
    /// Certificates or their key cannot be used.
    case badTLS(reason: String)
    /// What was given as the site's verifier key is none.
    case badVerifierKey(reason: String)
    /// Reading needs a key and an agency.
    case keyMissing

    package var description: String {
        switch self {
        case .problem(let problem): problem.description
        case .unreachable(let server, let reason):
            "cannot reach \(server): \(reason); is sharingd running there, and is `--server` right?"
        case .timedOut(let server, let seconds): "\(server) did not answer within \(seconds) s; try again"
        case .answerTooLarge(let limit):
            "the answer is larger than the limit of \(limit) bytes; ask for less with `--limit`"
        case .unexpectedAnswer(let status, let reason):
            "the server answered \(status) with something unexpected: \(reason); is it sharingd, of this release?"
        case .notProven(let reason): "do not rely on this answer: \(reason)"
        case .badServer(let reason): "the server's address is not usable: \(reason)"
        case .badTLS(let reason): "certificates for TLS are not usable: \(reason)"
        case .badVerifierKey(let reason): "the pinned verifier key cannot be read: \(reason)"
        case .keyMissing: "this needs a key and an agency; give `--key` and `--as`, or `sharectl context set`"
        }
    }
}

/// A problem document (RFC 9457) as a site writes it.
package struct Problem: Sendable, Hashable, CustomStringConvertible {
    package let status: Int
    /// Stable, for programs.
    package let code: String
    package let detail: String
    /// For invalid events: every member that is wrong.
    package let errors: [Violation]
    /// Seconds to wait before trying again, where the site said so.
    package let retryAfterSeconds: Int?

    package init(status: Int, code: String, detail: String, errors: [Violation] = [], retryAfterSeconds: Int? = nil) {
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// Reads a problem document; nil if it has no `code`.
    /// - Parameter status: of the answer; the document's own stands in where there is none, as in a line of many answers.
    package init?(json: JSON, status: Int? = nil, retryAfterSeconds: Int? = nil) {
        guard let code = json["code"]?.string, let status = status ?? json["status"]?.integer.map({ Int(clamping: $0) })
        else { return nil }
        let errors: [Violation] = (json["errors"]?.array ?? []).compactMap { error in
            guard let pointer = error["pointer"]?.string, let code = error["code"]?.string else { return nil }
            return Violation(pointer: pointer, code: code, detail: error["detail"]?.string ?? code)
        }
        self.init(
            status: status, code: code, detail: json["detail"]?.string ?? code, errors: errors,
            retryAfterSeconds: retryAfterSeconds)
    }

    package var description: String {
        let lines = errors.map { "\n  \($0.pointer.isEmpty ? "/" : $0.pointer): \($0.detail) (\($0.code))" }.joined()
        let wait = retryAfterSeconds.map { "; try again in \($0) s" } ?? ""
        // They follow here, so that nobody has to look for them.
        let text = errors.isEmpty ? detail : detail.replacing("; see `errors`", with: "")
        return "\(text) (\(code))\(wait)\(lines)"
    }
}
