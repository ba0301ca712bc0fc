import Encodings

/// How long answers took, as percentiles by the nearest rank: a value that was really measured, never one between two.
struct BenchLatencies: Sendable, Hashable {
    /// Nanoseconds, ascending.
    private let sorted: [UInt64]

    init(nanoseconds: [UInt64]) { sorted = nanoseconds.sorted() }

    /// The smallest measured value that `percent` of all are not above; nil where nothing was measured.
    /// - Parameter percent: above 0, up to 100.
    func percentile(_ percent: Double) -> UInt64? {
        guard !sorted.isEmpty else { return nil }
        let rank = Int((percent / 100 * Double(sorted.count)).rounded(.up))
        return sorted[min(max(rank, 1), sorted.count) - 1]
    }

    var maximum: UInt64? { sorted.last }

    /// What is reported, in milliseconds.
    var milliseconds: [(name: String, value: Double)] {
        let places: [(String, UInt64?)] = [
            ("p50", percentile(50)), ("p90", percentile(90)), ("p99", percentile(99)), ("max", maximum),
        ]
        return places.compactMap { name, value in value.map { (name, Double($0) / 1e6) } }
    }
}
