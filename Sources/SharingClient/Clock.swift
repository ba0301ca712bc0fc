package import Encodings
import Foundation

extension Instant {
    /// This machine's clock.
    package static var now: Instant {
        Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
    }
}

extension String {
    /// Without white space at both ends.
    var trimmingSpace: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
