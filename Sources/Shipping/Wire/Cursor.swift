/// Where a receiver stands in the stream of records that a log is for it.
///
/// The stream has, for each position of the log in order, that position's own record, and behind it the late ones: older events that the
/// entry at that position made the receiver entitled to. It is the same however it is cut into pieces.
package struct Cursor: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// How many positions have been told.
    package let size: Int64
    /// How many of the late records of the last of them have been told.
    package let late: Int64

    package init(size: Int64, late: Int64) {
        self.size = size
        self.late = late
    }

    package static let start = Cursor(size: 0, late: 0)

    package static func < (left: Cursor, right: Cursor) -> Bool { (left.size, left.late) < (right.size, right.late) }

    /// `size` or `size.late`: as it stands in a request.
    package var description: String { late == 0 ? "\(size)" : "\(size).\(late)" }

    /// Nil for every spelling but that of `description`.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let size = Int64(parts[0]), size >= 0,
            let late = parts.count == 2 ? Int64(parts[1]) : 0, late >= 0
        else { return nil }
        self.init(size: size, late: late)
        guard description == text else { return nil }
    }
}
