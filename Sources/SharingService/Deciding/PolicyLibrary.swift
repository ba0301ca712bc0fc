import Locking
import SharingModel

/// Documents that policy is made of, parsed once, for all who read at a site: parsing one takes milliseconds, and each answer would do it again for every
/// agreement that there is.
///
/// What a document says depends on its bytes alone, so nothing here ever becomes wrong. It holds no more than the log has documents.
final class PolicyLibrary: Sendable {
    private struct State {
        /// By the digest of the document's bytes; nil where this release cannot read it.
        var agreements: [String: Agreement?] = [:]
        var baselines: [String: Baseline?] = [:]
    }

    /// Held for a few moves of memory: whoever finds nothing parses by itself, and puts it here.
    private let state = Locked(State())

    func agreement(_ digest: String, parse: () -> Agreement?) -> Agreement? {
        if let known = state.withLock({ $0.agreements[digest] }) { return known }
        let parsed = parse()
        state.withLock { $0.agreements[digest] = .some(parsed) }
        return parsed
    }

    func baseline(_ digest: String, parse: () -> Baseline?) -> Baseline? {
        if let known = state.withLock({ $0.baselines[digest] }) { return known }
        let parsed = parse()
        state.withLock { $0.baselines[digest] = .some(parsed) }
        return parsed
    }

    /// How many documents were parsed.
    var count: Int { state.withLock { $0.agreements.count + $0.baselines.count } }
}
