import Dispatch
import Foundation

/// Ctrl-C, or being told to end: a command that goes on until then is let to end in its own way.
final class Interruption {
    private let sources: [any DispatchSourceSignal]

    init(_ onInterruption: @escaping @Sendable () -> Void) {
        sources = [SIGINT, SIGTERM].map { number in
            // Else the signal ends the process before anybody hears of it.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { onInterruption() }
            source.resume()
            return source
        }
    }

    /// From here on the signals end the process again.
    func forget() {
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }
}
