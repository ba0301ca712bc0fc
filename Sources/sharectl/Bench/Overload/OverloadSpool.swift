import Foundation
import Locking

/// Requests made beforehand, in a file that is gone with this process: there are more of them than should stand in memory.
final class OverloadSpool: Sendable {
    private struct State {
        /// Where each request begins; the last is the end of the file.
        var offsets: [Int64] = [0]
        /// Requests that were refused and can be sent again, oldest first.
        var refused: [Int] = []
        var refusedTaken = 0
        /// How many were handed out for the first time.
        var fresh = 0
    }

    private let descriptor: Int32
    private let state = Locked(State())

    /// - Parameters:
    ///   - folder: where there is room for them.
    ///   - name: of the file, while it has one.
    init(folder: String, name: String) throws(BenchError) {
        let path = folder + "/sharectl-bench-" + name
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .spoolNotWritable }
        unlink(path)
    }

    deinit { close(descriptor) }

    /// How many have not been handed out yet.
    var fresh: Int { state.withLock { $0.offsets.count - 1 - $0.fresh } }

    func append(_ request: [UInt8]) throws(BenchError) {
        let end = state.withLock { $0.offsets[$0.offsets.count - 1] }
        let written = request.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, off_t(end)) }
        guard written == request.count else { throw .spoolNotWritable }
        state.withLock { $0.offsets.append(end + Int64(request.count)) }
    }

    /// The next request: what was refused before what is new, so that no more is new than gets in. Nil when there is none.
    func next() -> Int? {
        state.withLock { state in
            if state.refusedTaken < state.refused.count {
                defer { state.refusedTaken += 1 }
                return state.refused[state.refusedTaken]
            }
            guard state.fresh < state.offsets.count - 1 else { return nil }
            defer { state.fresh += 1 }
            return state.fresh
        }
    }

    /// Says that a request was refused and may be sent again.
    func refuse(_ number: Int) { state.withLock { $0.refused.append(number) } }

    func request(_ number: Int) throws(BenchError) -> [UInt8] {
        let range = state.withLock { $0.offsets[number]..<$0.offsets[number + 1] }
        let count = Int(range.upperBound - range.lowerBound)
        var isWhole = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            isWhole = pread(descriptor, buffer.baseAddress, count, off_t(range.lowerBound)) == count
            initialized = isWhole ? count : 0
        }
        guard isWhole else { throw .spoolNotWritable }
        return bytes
    }
}
