import Foundation

/// Random bytes of the system's, fetched many at a time: a call for each event's salt and nonce takes longer than hashing it.
///
/// Each byte is given out once.
struct RandomBytes {
    private var bytes: [UInt8] = []
    private var used = 0

    /// The most that `getentropy` gives at once.
    private static let fetched = 256

    /// - Parameter count: at most 256.
    mutating func next(_ count: Int) -> ArraySlice<UInt8> {
        if bytes.count - used < count { fetch() }
        defer { used += count }
        return bytes[used..<(used + count)]
    }

    private mutating func fetch() {
        var fetched = [UInt8](repeating: 0, count: Self.fetched)
        if fetched.withUnsafeMutableBytes({ getentropy($0.baseAddress, $0.count) }) != 0 {
            // The generator of the standard library waits for the system, or ends the process.
            var generator = SystemRandomNumberGenerator()
            for place in fetched.indices { fetched[place] = UInt8.random(in: .min ... .max, using: &generator) }
        }
        (bytes, used) = (fetched, 0)
    }
}
