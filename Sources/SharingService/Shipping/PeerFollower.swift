import Encodings
import EventStore
import Logging
import SharingModel
import Shipping

/// Asks one peer for what there is, for as long as the task runs: does what its `Puller` says.
package struct PeerFollower: Sendable {
    private let room: PostRoom
    private let peer: KnownPeer
    private let line: any PeerLine
    private let answerSeconds: Int64

    /// Between two looks at whether something has changed that is not waited for, in milliseconds.
    private static let lookMilliseconds: Int64 = 500

    /// - Parameter answerSeconds: how long the peer may take for an answer; half of it, and no more than 30 s, may be waiting for news.
    package init(
        room: PostRoom, peer: KnownPeer, line: any PeerLine, answerSeconds: Int64 = ServiceLimits.peerAnswerSeconds
    ) {
        self.room = room
        self.answerSeconds = answerSeconds
        self.peer = peer
        self.line = line
    }

    /// Runs until the task is cancelled.
    package func run() async {
        var failures = 0
        while !Task.isCancelled {
            do {
                let start = try await room.inbox(of: peer).start()
                var timing = PullTiming()
                timing.answerSeconds = answerSeconds
                timing.pollMilliseconds = ServiceLimits.peerPollMilliseconds
                let round = PullRound(
                    room: room, peer: peer, line: line,
                    puller: Puller(
                        timing: timing, start: room.now, size: start.size, owesAdvance: start.owesAdvance,
                        isStopped: start.isStopped))
                return await round.run(lookMilliseconds: Self.lookMilliseconds)
            } catch {
                // A replica that does not open: somebody has to see to it, and it is looked for again.
                failures += 1
                room.note(.here(code: (error as? any CodedError)?.code ?? "replica-not-opened"), of: peer, failures)
                try? await Task.sleep(for: .seconds(min(1 << min(failures, 8), 300)))
            }
        }
    }
}

/// One run of a puller: its questions, and what came of them.
private final actor PullRound {
    private let room: PostRoom
    private let peer: KnownPeer
    private let line: any PeerLine
    private let inbox: Inbox
    private var puller: Puller
    private var random = SystemRandomNumberGenerator()
    private var answer: LineAnswer?
    private var verified: VerifiedPiece?
    /// What was asked for behind the piece that is being verified or committed.
    private let ahead: PiecesAhead
    private var nudges: Int64
    private var failures = 0
    /// Up to where the peer was told that this site has got.
    private var acknowledged: Int64 = -1
    private var acknowledging: Task<Bool, Never>?
    /// Which of this site's keys is to be sealed to, by age: a peer that has not heard of the newest yet knows an older one.
    private var keyAge = 0
    /// How much of this site's log the peer had when it refused a key.
    private var refusedAt: Int64 = 0

    init(room: PostRoom, peer: KnownPeer, line: any PeerLine, puller: Puller) {
        self.room = room
        self.peer = peer
        self.line = line
        self.puller = puller
        inbox = room.inbox(of: peer)
        let seconds = puller.timing.answerSeconds
        ahead = PiecesAhead { request in
            await Self.asked(PeerQuestion(request), room, peer, line, seconds: seconds)
        }
        nudges = room.standings[peer.origin].nudges
    }

    func run(lookMilliseconds: Int64) async {
        while !Task.isCancelled {
            await look()
            guard case .waiting(let until) = puller.state else {
                await pause(lookMilliseconds)
                continue
            }
            let left = until.milliseconds - room.now.milliseconds
            if left > 0 {
                await pause(min(left, lookMilliseconds))
            } else {
                await feed(.tick)
            }
        }
        await ahead.giveUp()
        acknowledging?.cancel()
    }

    private func pause(_ milliseconds: Int64) async { try? await Task.sleep(for: .milliseconds(milliseconds)) }

    /// Looks at whether an operator decided something, evidence came in a file, or the peer was heard of.
    private func look() async {
        let standing = room.standings[peer.origin]
        guard standing.nudges != nudges else { return }
        nudges = standing.nudges
        let isStopped = (try? await inbox.isStopped()) ?? false
        await feed(isStopped ? .stop : puller.state == .stopped ? .resume : .heard)
    }

    /// Hands the puller an input, and does everything that follows.
    private func feed(_ input: Puller.Input, at moment: Instant? = nil) async {
        var inputs = [(input, moment)]
        while !inputs.isEmpty, !Task.isCancelled {
            let (input, moment) = inputs.removeFirst()
            for output in puller.handle(input, now: moment ?? room.now, using: &random) {
                if let next = await act(output) { inputs.append(next) }
            }
        }
    }

    private func act(_ output: Puller.Output) async -> (Puller.Input, Instant?)? {
        switch output {
        case .ask(let number, let deadline, let waits): return await ask(number, deadline, waits)
        case .verify(let number): return (await verify(number), nil)
        case .commit(let number): return (await commit(number), nil)
        case .advance:
            // What cannot be recorded now is owed, and said again with the next piece.
            _ = try? await inbox.advance()
        case .cosignAndAcknowledge: await acknowledge()
        case .noteNoAnswer: try? await inbox.noteNoAnswer()
        case .abandon: answer = nil
        case .raiseAlarm: break
        }
        return nil
    }

    // MARK: - Asking

    private func ask(_ number: Int64, _ deadline: Instant, _ waits: Bool) async -> (Puller.Input, Instant?) {
        let outcome: LineOutcome
        do {
            let request = try await inbox.request(sealedTo: receivingKey)
            if let came = await ahead.take(request) {
                outcome = came
            } else {
                let seconds = max(1, deadline.seconds - room.now.seconds)
                outcome = await Self.asked(
                    PeerQuestion(
                        request,
                        waitSeconds: waits ? min(ServiceLimits.peerWaitSeconds, puller.timing.answerSeconds / 2) : 0),
                    room, peer, line,
                    seconds: seconds)
            }
        } catch {
            outcome = .fault(.here(code: (error as? any CodedError)?.code ?? "replica-not-read"))
        }
        switch outcome {
        case .answer(let answer):
            self.answer = answer
            return (.answered(number: number), nil)
        case .fault(let fault):
            guard !Task.isCancelled else { return (.failed(number: number), nil) }
            if case .refused(_, "recipient-key-unknown") = fault {
                keyAge += 1
                refusedAt = room.standings[peer.origin].theirs?.size ?? 0
            }
            failed(fault)
            // The puller knows a time that is over by its clock.
            return fault == .timedOut ? (.tick, max(room.now, deadline)) : (.failed(number: number), nil)
        }
    }

    private var receivingKey: AgreementKey {
        let keys = room.store.receivingKeys
        // What the peer has learned since may be the newest key.
        if keyAge > 0, room.standings[peer.origin].theirs?.size ?? 0 > refusedAt { keyAge = 0 }
        return keys.isEmpty ? room.store.agreementKey : keys[keyAge % keys.count]
    }

    /// Asks, for so long and no longer.
    private static func asked(
        _ question: PeerQuestion, _ room: PostRoom, _ peer: KnownPeer, _ line: any PeerLine, seconds: Int64
    ) async -> LineOutcome {
        guard let token = try? room.token(for: peer) else { return .fault(.here(code: "signing-failed")) }
        return await withTaskGroup(of: LineOutcome.self) { group in
            group.addTask {
                do throws(LineFault) {
                    return .answer(try await line.ask(question, token: token))
                } catch {
                    return .fault(error)
                }
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(seconds))
                return .fault(.timedOut)
            }
            let first = await group.next() ?? .fault(.timedOut)
            group.cancelAll()
            return first
        }
    }

    // MARK: - Taking

    private func verify(_ number: Int64) async -> Puller.Input {
        guard let answer else { return .refused(number: number, .backOff) }
        self.answer = nil
        if let piece = await ahead.takeVerified() {
            verified = piece
            return .verified(number: number)
        }
        do {
            switch answer {
            case .piece(let bytes):
                let piece = try await inbox.parse(bytes, from: .line)
                await ahead.ask(behind: piece, try await inbox.request(sealedTo: receivingKey))
                verified = try await inbox.verify(piece, from: .line)
                return .verified(number: number)
            case .behind(let note):
                try await inbox.check(alone: note)
                failed(.refused(status: 409, code: nil))
                return .refused(number: number, .backOff)
            }
        } catch {
            return refused(number, error)
        }
    }

    private func commit(_ number: Int64) async -> Puller.Input {
        guard let piece = verified else { return .refused(number: number, .backOff) }
        verified = nil
        do {
            // What it leads to is known before it is durable, so what stands behind it is verified meanwhile.
            await ahead.verify(
                behind: piece.next.request(sealedTo: receivingKey.publicKey),
                by: try await inbox.verifier(behind: piece))
            let committed = try await inbox.commit(piece)
            if failures > 0 { room.logger.info("a peer is back", metadata: ["peer": "\(peer.origin)"]) }
            failures = 0
            room.standings.change(peer.origin) { $0.failures = 0 }
            return .committed(number: number, committed)
        } catch {
            return refused(number, error)
        }
    }

    private func refused(_ number: Int64, _ error: any Error) -> Puller.Input {
        if let refusal = error as? PieceRefusal {
            // The first time it may have crossed with what was taken meanwhile.
            if refusal.consequence != .askAgain || puller.failures > 0 { failed(.here(code: refusal.code)) }
            return .refused(number: number, refusal.consequence)
        }
        if let error = error as? ReplicaError, error == .stale { return .refused(number: number, .askAgain) }
        failed(.here(code: (error as? any CodedError)?.code ?? "replica-not-written"))
        return .refused(number: number, .backOff)
    }

    private func failed(_ fault: LineFault) {
        failures += 1
        room.note(fault, of: peer, failures)
    }

    // MARK: - Acknowledging

    /// Tells the peer how far this site has got, beside the next question; at most one at a time, and each size once.
    private func acknowledge() async {
        guard acknowledging == nil, let (size, cosignature) = try? await inbox.cosign(), size != acknowledged,
            let token = try? room.token(for: peer)
        else { return }
        let line = line
        acknowledging = Task {
            let isTold = (try? await line.acknowledge(size, cosignature: cosignature, token: token)) != nil
            self.told(size, isTold)
            return isTold
        }
    }

    private func told(_ size: Int64, _ isTold: Bool) {
        if isTold { acknowledged = size }
        acknowledging = nil
    }
}

extension PostRoom {
    /// Notes that a peer could not be asked, or what it sent was refused; loudly at first, then ever more rarely.
    func note(_ fault: LineFault, of peer: KnownPeer, _ failures: Int) {
        let now = now
        standings.change(peer.origin) { standing in
            standing.failures = failures
            standing.failure = .init(code: fault.code, time: now)
        }
        metrics.count("sharing_peer_failures_total", labels: [("peer", peer.origin), ("code", fault.code)])
        guard failures & (failures - 1) == 0 else { return }
        logger.warning(
            "a peer gave nothing",
            metadata: ["peer": "\(peer.origin)", "code": "\(fault.code)", "times": "\(failures)"])
    }
}
