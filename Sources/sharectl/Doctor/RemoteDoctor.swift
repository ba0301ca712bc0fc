import Encodings
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
        return findings + (await peers())
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

    /// How it goes with the site's peers, which a running daemon knows better than its folder; nothing for a key that may not know.
    private func peers() async -> [DoctorFinding] {
        guard let rows = try? await session.client.get("/v1/peers").rows("peers") else { return [] }
        let current = rows.filter { $0["state"] != "removed" }
        let findings = current.compactMap(peer)
        guard findings.isEmpty, !current.isEmpty else { return findings }
        return [DoctorFinding(check: "peers", .ok, "nothing stops any of them, and all that have a line answer")]
    }

    private func peer(_ row: JSON) -> DoctorFinding? {
        let words = PeerWords(row)
        let origin = row.cell("origin")
        if row["state"] == "stopped" {
            return DoctorFinding(
                check: "peers", .trouble, "\(origin): nothing more is taken, for `\(words.trouble)`",
                remedy: "look into it with its operator, then `sharectl peer resume`; OPERATIONS.md, section 8")
        }
        if words.isAhead {
            return DoctorFinding(
                check: "peers", .trouble, "\(origin) has more of this site's log than there is",
                remedy:
                    "was an older backup restored here? stop the daemon, and look for a newer copy; OPERATIONS.md, section 6"
            )
        }
        guard row["state"] == "unreachable" else { return nil }
        return DoctorFinding(
            check: "peers", .warning, "\(origin): the last question came to nothing (\(words.trouble))",
            remedy: "OPERATIONS.md, section 11, says what the code means")
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
