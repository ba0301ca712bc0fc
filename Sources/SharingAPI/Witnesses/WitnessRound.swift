import Encodings
import EventStore
import Logging
import SharingService

/// Asks one witness for cosignatures, for as long as the daemon runs. Each witness has its own, so a slow one delays nobody else.
struct WitnessRound: Sendable {
    let site: Site
    let visit: WitnessVisit
    let logger: Logger

    private var name: String { visit.witness.name }

    func run() async {
        var failures = 0
        var old = (try? site.witnessing.newest(by: visit.witness.key))?.size ?? 0
        var cosigned: Checkpoint?
        while !Task.isCancelled {
            let head = site.head.checkpoint
            if head.checkpoint == cosigned || site.witnessing.setBack != nil {
                await pause(milliseconds: APILimits.witnessPollMilliseconds)
                continue
            }
            do {
                try await ask(head, &old)
                cosigned = head.checkpoint
                if failures > 0 { logger.info("a witness cosigns again", metadata: ["witness": "\(name)"]) }
                failures = 0
                // At most so many cosignatures a second, however many batches there are.
                await pause(milliseconds: APILimits.witnessPollMilliseconds)
            } catch {
                guard !Task.isCancelled else { return }
                failures += 1
                report(error, failures)
                await pause(milliseconds: Self.backOff(failures))
            }
        }
    }

    /// Asks for one checkpoint. A witness that last saw another size says so and is asked again from there.
    private func ask(_ head: SignedCheckpoint, _ old: inout Int64) async throws {
        let size = head.checkpoint.size
        // What is known here may be of a longer log than this one.
        old = min(old, size)
        for _ in 0..<3 {
            let proof = try site.store.log.consistencyProof(from: old, to: size)
            let answer = try await visit.add(AddCheckpointRequest(oldSize: old, proof: proof, checkpoint: head))
            if answer.status == 200 {
                let cosignature = try CosignatureAnswer(
                    parsing: answer.bytes, to: head, from: visit.witness.key, now: site.now)
                try site.witnessing.keep(cosignature, to: head, by: visit.witness.key, named: name)
                old = size
                return
            }
            if let seen = answer.size, seen <= size, seen != old {
                old = seen
                continue
            }
            if answer.status == 409 || answer.status == 422 { try await look(claimed: answer.size) }
            throw WitnessFault.refused(status: answer.status)
        }
        throw WitnessFault.malformed
    }

    /// Looks at what the witness has seen, because it refused. A size alone is a claim; a checkpoint signed by the log is proof.
    private func look(claimed: Int64?) async throws {
        let seen = try await visit.lastSeen(site.origin, seconds: APILimits.witnessCallSeconds)
        if let seen, try await judge(seen) != nil { return }
        let shown = seen?.checkpoint.size ?? 0
        if let claimed, claimed > site.head.size, shown < claimed { throw WitnessFault.unprovenSize(claimed) }
    }

    /// Before the site takes events: has this witness seen more than there is?
    func lookBack() async {
        do {
            guard let seen = try await visit.lastSeen(site.origin, seconds: APILimits.witnessLookBackSeconds) else {
                return logger.info("a witness shows nothing of this log", metadata: ["witness": "\(name)"])
            }
            _ = try await judge(seen)
        } catch {
            report(error, 1)
        }
    }

    private func judge(_ seen: SignedCheckpoint) async throws -> ForkEvidence? {
        do {
            let evidence = try site.witnessing.judge(seen, from: "witness \(name)", now: site.now)
            if evidence != nil { await site.reportForks() }
            return evidence
        } catch is NoteError {
            // Whoever can show no signature of the log accuses it of nothing.
            throw WitnessFault.malformed
        }
    }

    private func report(_ error: any Error, _ failures: Int) {
        let code = (error as? any CodedError)?.code ?? "witness-failed"
        site.metrics.count("sharing_witness_faults_total", "code", code)
        // The first time and then ever more rarely: a witness that is gone for a week fills no disk.
        guard failures & (failures - 1) == 0 else { return }
        logger.warning(
            "a witness did not cosign",
            metadata: ["witness": "\(name)", "code": "\(code)", "error": "\(error)", "times": "\(failures)"])
    }

    /// Twice as long each time, up to a limit, and never at the same moment as others.
    static func backOff(_ failures: Int) -> Int64 {
        let longest = min(
            APILimits.witnessBackOffMilliseconds << Int64(min(failures - 1, 20)),
            APILimits.witnessBackOffMostMilliseconds)
        return Int64.random(in: (longest / 2)...longest)
    }

    private func pause(milliseconds: Int64) async { try? await Task.sleep(for: .milliseconds(milliseconds)) }
}
