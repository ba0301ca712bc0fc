/// Whose signatures make a checkpoint trusted: logs, witnesses and a quorum of these, as a tlog-policy file says (C2SP
/// tlog-policy, draft of 2026-07). A value; it asks nobody.
public struct TlogPolicy: Sendable {
    /// A log that is accepted. The key's name is its origin.
    public struct Log: Sendable, Hashable {
        public let key: VerifierKey
        public let url: String?
    }

    public struct Witness: Sendable, Hashable {
        /// Means something in the policy file only.
        public let name: String
        public let key: VerifierKey
        public let url: String?
    }

    /// What has to have cosigned.
    enum Rule: Sendable {
        case nobody
        case witness(VerifierKey)
        indirect case group(atLeast: Int, [Rule])

        func holds(_ cosigners: Set<VerifierKey>) -> Bool {
            switch self {
            case .nobody: true
            case .witness(let key): cosigners.contains(key)
            case .group(let threshold, let members): members.count { $0.holds(cosigners) } >= threshold
            }
        }
    }

    /// The logs that are accepted; empty where the log is known from elsewhere.
    public let logs: [Log]
    public let witnesses: [Witness]
    let quorum: Rule

    init(logs: [Log], witnesses: [Witness], quorum: Rule) {
        self.logs = logs
        self.witnesses = witnesses
        self.quorum = quorum
    }

    /// Whether cosignatures of these keys are enough.
    public func isQuorum(_ cosigners: Set<VerifierKey>) -> Bool { quorum.holds(cosigners) }

    /// Checks that a checkpoint is signed by a log of the policy and cosigned by a quorum of its witnesses.
    /// - Parameter known: the log's verifier key where the policy names no log; else it is not looked at.
    /// - Returns: the witnesses that cosigned, each with its time.
    /// - Throws: `TrustFailure`
    @discardableResult
    public func check(
        _ checkpoint: SignedCheckpoint, log known: VerifierKey? = nil
    ) throws(TrustFailure) -> [Cosigned] {
        let accepted = logs.isEmpty ? known.map { [$0] } ?? [] : logs.map(\.key)
        guard !accepted.isEmpty else { throw .noLog }
        let verified: [VerifiedSignature]
        do throws(NoteError) {
            verified = try checkpoint.signedNote.verified(by: accepted + witnesses.map(\.key))
        } catch .noKnownSignature {
            throw .otherLog
        } catch {
            throw .note(error)
        }
        let isLogs = verified.contains { line in
            accepted.contains(line.key) && line.key.name == checkpoint.checkpoint.origin
        }
        guard isLogs else { throw .otherLog }
        let cosigned = witnesses.compactMap { witness in
            // Of several lines by one witness the newest counts, once.
            verified.filter { $0.key == witness.key }.compactMap(\.time).max().map {
                Cosigned(witness: witness, time: $0)
            }
        }
        guard isQuorum(Set(cosigned.map(\.witness.key))) else { throw .noQuorum(by: cosigned.map(\.witness.name)) }
        return cosigned
    }

    /// A witness's good cosignature.
    public struct Cosigned: Sendable, Hashable {
        public let witness: Witness
        /// POSIX seconds.
        public let time: UInt64
    }
}

/// Why a checkpoint is not trusted under a policy.
public enum TrustFailure: CodedError, Hashable {
    /// The policy names no log, and no verifier key was given besides.
    case noLog
    /// No line by a log of the policy, or its name is not the origin.
    case otherLog
    case noQuorum(by: [String])
    case note(NoteError)

    public var code: String {
        switch self {
        case .noLog: "policy-without-log"
        case .otherLog: "policy-other-log"
        case .noQuorum: "policy-no-quorum"
        case .note(let error): error.code
        }
    }

    public var description: String {
        switch self {
        case .noLog: "the policy names no log; give the log's verifier key besides"
        case .otherLog: "the checkpoint is not signed by a log that the policy names"
        case .noQuorum(let names):
            "the witnesses that cosigned are no quorum of the policy: "
                + (names.isEmpty ? "none did" : names.map { "`\($0)`" }.joined(separator: ", "))
        case .note(let error): error.description
        }
    }
}
