import EventStore
import Shipping

/// What is asked for and verified of a peer's log while the piece before it is verified and committed, so that neither site waits for the other.
///
/// A question is asked on the peer's word alone, and what comes is used only if it is what has to be asked for in the end. It is verified
/// against the state that the piece before it leads to, which is known before that is committed; where this fails nothing is kept of it,
/// and it is verified again once that is committed. At most one piece is being asked for, one verified, and one committed.
///
/// An actor on a thread of its own, because verifying blocks.
actor PiecesAhead {
    private struct Question {
        let request: ShipmentRequest
        let outcome: Task<LineOutcome, Never>
        var verification: Task<VerifiedPiece?, Never>?
    }

    private let ask: @Sendable (ShipmentRequest) async -> LineOutcome
    /// What comes next first.
    private var questions: [Question] = []
    /// Of the question that was taken last.
    private var verification: Task<VerifiedPiece?, Never>?
    /// Moves on when everything is given up, so that what is still under way asks nothing more.
    private var run = 0

    private let executor = QueueExecutor(label: "inbox-ahead")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(ask: @escaping @Sendable (ShipmentRequest) async -> LineOutcome) { self.ask = ask }

    /// Asks for what stands behind a piece, if that says that there is more.
    /// - Parameter request: what was or would be asked for where the piece itself begins.
    func ask(behind piece: UnverifiedPiece, _ request: ShipmentRequest) {
        guard piece.header.to.size < piece.header.checkpoint.checkpoint.size else { return }
        var request = request
        request.from = piece.header.to
        request.known = piece.header.checkpoint.checkpoint.size
        guard questions.last?.request != request else { return }
        let ask = ask
        let asked = request
        questions.append(Question(request: request, outcome: Task { await ask(asked) }))
    }

    /// What came of a question.
    /// - Returns: nil where it is not what was asked ahead; then everything is given up.
    func take(_ request: ShipmentRequest) async -> LineOutcome? {
        verification = nil
        guard let question = questions.first, question.request == request else {
            giveUp()
            return nil
        }
        questions.removeFirst()
        verification = question.verification
        return await question.outcome.value
    }

    /// The piece of the question that was taken, if it was verified ahead.
    func takeVerified() async -> VerifiedPiece? {
        defer { verification = nil }
        return await verification?.value
    }

    /// Verifies what comes next, against the state behind a piece that is not committed yet.
    /// - Parameter request: what is asked for behind that piece.
    func verify(behind request: ShipmentRequest, by verifier: PieceVerifier) {
        guard let question = questions.first, question.verification == nil, question.request == request else { return }
        let (outcome, run) = (question.outcome, run)
        questions[0].verification = Task { verified(await outcome.value, request, by: verifier, run) }
    }

    private func verified(
        _ outcome: LineOutcome, _ request: ShipmentRequest, by verifier: PieceVerifier, _ run: Int
    ) -> VerifiedPiece? {
        guard run == self.run, case .answer(.piece(let bytes)) = outcome, let piece = try? verifier.parse(bytes) else {
            return nil
        }
        ask(behind: piece, request)
        return try? verifier.verify(piece)
    }

    func giveUp() {
        for question in questions {
            question.outcome.cancel()
            question.verification?.cancel()
        }
        questions = []
        run += 1
    }
}

/// What came of a question.
enum LineOutcome: Sendable {
    case answer(LineAnswer)
    case fault(LineFault)
}
