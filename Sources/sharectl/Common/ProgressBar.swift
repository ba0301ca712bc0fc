import Foundation
import Locking

/// A bar on standard error for long work, with what is left; nothing unless both outputs are terminals.
final class ProgressBar: Sendable {
    private struct State {
        var lastDrawn: ContinuousClock.Instant?
        var drew = false
    }

    private let label: String
    private let isShown: Bool
    private let start = ContinuousClock.now
    /// Locked because workers report from many threads.
    private let state = Locked(State())

    /// How often it is drawn at most.
    private static let interval = Duration.milliseconds(100)
    private static let cells = 30

    init(_ label: String) {
        self.label = label
        isShown = Terminal.standardOutput.isTerminal && Terminal.standardError.isTerminal
    }

    /// - Parameters:
    ///   - done: units of work so far.
    ///   - total: of all; 0 where it is not known.
    func update(_ done: Int64, of total: Int64) {
        guard isShown else { return }
        let now = ContinuousClock.now
        state.withLock { state in
            if let last = state.lastDrawn, now - last < Self.interval, done < total { return }
            state.lastDrawn = now
            state.drew = true
            draw(done, of: total, after: now - start)
        }
    }

    /// Takes the bar away.
    func finish() {
        state.withLock { state in
            guard state.drew else { return }
            state.drew = false
            try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K".utf8))
        }
    }

    private func draw(_ done: Int64, of total: Int64, after elapsed: Duration) {
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let rate = seconds > 0 ? Double(done) / seconds : 0
        var line = "\r\u{1B}[K\(label) "
        if total > 0 {
            let share = min(max(Double(done) / Double(total), 0), 1)
            let full = Int(share * Double(Self.cells))
            let left = rate > 0 ? Int((Double(total - done) / rate).rounded(.up)) : 0
            line += "[" + String(repeating: "=", count: full) + String(repeating: " ", count: Self.cells - full) + "] "
            line += "\(Int(share * 100)) %  \(done)/\(total)  \(Int(rate))/s  \(left) s left"
        } else {
            line += "\(done)  \(Int(rate))/s"
        }
        try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
    }
}
