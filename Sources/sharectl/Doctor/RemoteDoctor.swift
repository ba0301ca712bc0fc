import EventStore
import SharingClient
import SharingService

/// Looks at a site from outside, as far as it shows itself.
struct RemoteDoctor {
    let session: Session

    func examine() async -> [DoctorFinding] {
        var findings = [await answer("/healthz", "health", "answers", "see whether the daemon runs, and its log")]
        // Whoever does not answer at all is told of once.
        guard findings.allSatisfy({ $0.severity == .ok }) else { return findings }
        findings.append(
            await answer(
                "/readyz", "ready", "takes events", "see the daemon's log: it may be ending, or its store failed"))
        findings.append(await checkpoint())
        findings.append(await access())
        return findings
    }

    private func answer(_ path: String, _ check: String, _ what: String, _ remedy: String) async -> DoctorFinding {
        do throws(ClientError) {
            _ = try await session.client.openText(path)
            return DoctorFinding(check: check, .ok, what)
        } catch {
            return DoctorFinding(check: check, .trouble, error.description, remedy: remedy)
        }
    }

    /// Whether the newest checkpoint is of the log that was pinned.
    private func checkpoint() async -> DoctorFinding {
        let check = "checkpoint"
        do {
            let signed = try SignedCheckpoint(parsing: try await session.client.openText("/log/checkpoint"))
            guard let pinned = session.client.settings.verifierKey else {
                return DoctorFinding(
                    check: check, .warning, "of size \(signed.checkpoint.size), not verified",
                    remedy: "give the site's verifier key with `--vkey`")
            }
            try signed.verified(by: try VerifierKey(parsing: pinned.text))
            return DoctorFinding(check: check, .ok, "the newest, of size \(signed.checkpoint.size), verifies")
        } catch {
            return DoctorFinding(
                check: check, .trouble, "\(error)",
                remedy: "make sure of the verifier key with a person at the site, and do not rely on it meanwhile")
        }
    }

    /// Whether this key is let in.
    private func access() async -> DoctorFinding {
        let check = "access"
        let settings = session.client.settings
        guard settings.key != nil, settings.agency != nil else {
            return DoctorFinding(
                check: check, .warning, "not tried", remedy: "give `--key` and `--as` to see whether your key is let in"
            )
        }
        do throws(ClientError) {
            _ = try await session.client.get("/v1/agencies")
            return DoctorFinding(check: check, .ok, "your key is let in")
        } catch {
            return DoctorFinding(
                check: check, .trouble, error.description,
                remedy: "see whether the key is enrolled and not revoked, and whether this machine's clock is right")
        }
    }
}
