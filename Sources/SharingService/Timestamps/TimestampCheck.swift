import Encodings
package import EventStore
package import Timestamping

/// Holds timestamps against the log that they are over.
package struct TimestampCheck: Sendable {
    /// Nil where the log does not open: then a timestamp is held against its own checkpoint alone.
    private let log: (any LogReader)?
    private let keys: CheckpointKeys
    private let trusted: TrustedAuthorities?

    /// What a check saw.
    package struct Account: Sendable {
        package fileprivate(set) var count: Int64 = 0
        /// Whether signatures were checked.
        package let areAuthenticated: Bool
        /// The newest of which nothing is wrong.
        package fileprivate(set) var newest: (size: Int64, claims: TimestampClaims)?
        package fileprivate(set) var findings: [Finding] = []
    }

    /// - Parameters:
    ///   - key: the log's verifier key.
    ///   - trusted: what the authorities' certificates must lead to; nil to leave their signatures unchecked.
    package init(log: (any LogReader)?, key: VerifierKey, trusted: TrustedAuthorities?) {
        self.log = log
        // The keys that the log announces, if this is one of them.
        keys = log.flatMap { $0.keys.all.contains(key) ? $0.keys : nil } ?? CheckpointKeys(first: key)
        self.trusted = trusted
    }

    /// Checks everything that is kept in a file.
    /// - Parameter isAtRest: whether nobody writes it.
    /// - Returns: nil where there is no such file: nothing was ever stamped.
    package func run(path: String, isAtRest: Bool = false) -> Account? {
        var account = Account(areAuthenticated: trusted != nil)
        do {
            guard let store = try TimestampStore.readOnly(path: path, isAtRest: isAtRest) else { return nil }
            account.findings += try store.flaws().map { Finding($0) }
            try store.forEach { stored in
                account.count += 1
                switch check(stored) {
                case .success(let claims): account.newest = (stored.size, claims)
                case .failure(let wrong): account.findings.append(wrong.finding)
                }
            }
        } catch {
            account.findings.append(Finding(.timestampDamaged, "timestamps.sqlite: \(error)"))
        }
        return account
    }

    /// What is wrong with one, if anything is.
    package struct Wrong: Error {
        package let finding: Finding
    }

    /// Checks one: that the authority stated a time over the note, and that the note is a checkpoint of this log.
    package func check(_ stored: StoredTimestamp) -> Result<TimestampClaims, Wrong> {
        func wrong(_ kind: Finding.Kind, _ detail: String) -> Result<TimestampClaims, Wrong> {
            .failure(Wrong(finding: Finding(kind, at: stored.size, detail)))
        }
        let claims: TimestampClaims
        do throws(TimestampError) {
            let digest = TimestampResponse.digest(of: stored.note.utf8)
            let response = try TimestampResponse(stored.response)
            claims =
                if let trusted {
                    try response.verified(over: digest, nonce: nil, by: trusted).claims
                } else { try response.claims(over: digest) }
        } catch {
            return wrong(error == .malformed ? .timestampDamaged : .timestampInvalid, error.description)
        }
        guard let signed = try? SignedCheckpoint(parsing: stored.note), signed.checkpoint.size == stored.size,
            isSigned(signed)
        else { return wrong(.timestampDamaged, "the note that was stamped is no checkpoint of this log at this size") }
        guard let log else { return .success(claims) }
        var size = log.head.size
        // A daemon at work may have appended, and been stamped, since the log was opened.
        if stored.size > size, let reader = log as? ReadOnlyLog { size = (try? reader.refresh().size) ?? size }
        guard stored.size <= size else {
            return wrong(
                .timestampBeyondLog,
                "an authority stamped the log at this size, and it has \(size) entries: it was rolled back")
        }
        do {
            guard try log.root(at: stored.size) == signed.checkpoint.root else {
                return wrong(.timestampOtherLog, "the log has another root at this size than the one that was stamped")
            }
            guard stored.size > 0 else { return .success(claims) }
            let ahead = try log.entry(at: stored.size - 1).recorded.seconds - claims.time.seconds
            guard ahead <= TimestampLimits.clockToleranceSeconds else {
                return wrong(
                    .timestampBeforeEntry,
                    "its newest entry says that it was recorded \(ahead) s after the authority had stamped it")
            }
        } catch {
            return wrong(.timestampOtherLog, "the log's root at this size cannot be told: \(error)")
        }
        return .success(claims)
    }

    /// By the key, or because it is, to the byte, a checkpoint that the log keeps, whose signature the log's verifier judges.
    private func isSigned(_ signed: SignedCheckpoint) -> Bool {
        if (try? signed.verified(by: keys)) != nil { return true }
        let kept = try? log?.storage.checkpoints(from: signed.checkpoint.size, limit: 1).first
        return kept?.note == signed.note
    }
}
