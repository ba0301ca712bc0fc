import Encodings
import EventStore

/// Whether the tlog-policy that was given is one under which this log's checkpoints can be trusted.
struct PolicyCheck: DoctorCheck {
    let name = "policy"

    func examine(_ site: ExaminedSite) throws -> [DoctorFinding] {
        guard let given = site.policy else {
            return [well("no tlog-policy was given; give the one of the configuration with --policy")]
        }
        let policy: TlogPolicy
        do {
            policy = try given.get()
        } catch {
            return [
                trouble(
                    "the policy cannot be used: \(error)",
                    do: "mend the file; a daemon whose configuration names it does not start")
            ]
        }
        let log = try site.openLog()
        if !policy.logs.isEmpty, !policy.logs.contains(where: { $0.key == log.verifierKey }) {
            return [
                trouble(
                    "the policy accepts other logs, and not this one",
                    do: "add a line `log` with this site's verifier key, or leave such lines out")
            ]
        }
        let book = try CosignatureBook(readingAt: site.folder.cosignatures)
        let newest = try book?.newest() ?? [:]
        let cosigners = policy.witnesses.filter { newest[$0.key.description] != nil }
        guard policy.isQuorum(Set(cosigners.map(\.key))) else {
            let names = cosigners.map { "`\($0.name)`" }.joined(separator: ", ")
            return [
                warning(
                    "of the policy's \(policy.witnesses.count) witnesses "
                        + (names.isEmpty ? "none has cosigned here" : "only \(names) cosigned here")
                        + ", which is no quorum: no checkpoint is trusted under it",
                    do: "have the daemon ask more of them: `witnesses:` in the configuration")
            ]
        }
        let size = try log.refresh().size
        let trusted = try book?.newest(trustedUnder: policy, log: log.verifierKey)?.checkpoint.size
        if policy.isQuorum([]) { return [well("the policy asks for no witness")] }
        guard let trusted else {
            return [
                warning(
                    "enough of the policy's witnesses have cosigned, and never the same checkpoint",
                    do: "look for `a witness did not cosign` in the daemon's log")
            ]
        }
        return [well("trusted under the policy up to size \(trusted) of \(size)")]
    }
}
