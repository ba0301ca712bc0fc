import Foundation
import Locking
import NIOSSL

/// Something for TLS that is made of files, and made anew when they have changed. Files that cannot be used leave what was before in place.
final class MadeOfFiles<Value: Sendable>: Sendable {
    /// What looking at the files came to.
    enum Outcome: Sendable {
        case unchanged
        case renewed
        case refused(TLSFileError)
    }

    private struct State {
        var content: TLSFiles.Content
        var value: Value
        var expires: Int64?
    }

    private let files: TLSFiles
    private let make: @Sendable (TLSFiles, TLSFiles.Content) throws(TLSFileError) -> Value
    /// Locked because connections read while one service looks at the files.
    private let state: Locked<State>

    /// - Throws: `TLSFileError`: to begin with, the files have to be good.
    init(
        _ files: TLSFiles, make: @escaping @Sendable (TLSFiles, TLSFiles.Content) throws(TLSFileError) -> Value
    ) throws(TLSFileError) {
        self.files = files
        self.make = make
        let content = try files.read()
        state = Locked(
            State(content: content, value: try make(files, content), expires: try Self.expires(files, content)))
    }

    /// For connections that begin now.
    var current: Value { state.withLock { $0.value } }

    /// When the own certificate ends, in POSIX seconds; nil where there is none.
    var expires: Int64? { state.withLock { $0.expires } }

    /// Looks at the files. What changed while it looked is found the next time.
    func refresh() -> Outcome {
        do throws(TLSFileError) {
            let content = try files.read()
            guard content != state.withLock({ $0.content }) else { return .unchanged }
            let new = State(
                content: content, value: try make(files, content), expires: try Self.expires(files, content))
            state.withLock { $0 = new }
            return .renewed
        } catch {
            return .refused(error)
        }
    }

    private static func expires(_ files: TLSFiles, _ content: TLSFiles.Content) throws(TLSFileError) -> Int64? {
        try files.chain(content).first.map { Int64($0.notValidAfter) }
    }
}
