import Encodings
import Histogram

/// How long answers took, in a histogram of constant size (HdrHistogram): however many are counted, each is told to three significant digits, and
/// histograms of several threads are added up without loss.
struct BenchLatencies: Sendable {
    /// Nanoseconds. It grows with the longest, to some hundred kilobytes.
    private var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
    /// Exactly, because the histogram tells the upper end of a class.
    private(set) var maximum: UInt64?

    init() {}

    init(nanoseconds: some Sequence<UInt64>) {
        for duration in nanoseconds { record(duration) }
    }

    /// - Parameter nanoseconds: how long one answer took.
    mutating func record(_ nanoseconds: UInt64) {
        _ = histogram.record(nanoseconds)
        maximum = max(maximum ?? 0, nanoseconds)
    }

    /// Adds what another thread counted.
    mutating func add(_ other: BenchLatencies) {
        histogram.add(other.histogram)
        if let longest = other.maximum { maximum = max(maximum ?? 0, longest) }
    }

    /// How many were counted.
    var count: UInt64 { histogram.totalCount }

    /// What `percent` of all did not take longer than, to three significant digits; nil where nothing was measured.
    /// - Parameter percent: above 0, up to 100.
    func percentile(_ percent: Double) -> UInt64? {
        guard let maximum else { return nil }
        return min(histogram.valueAtPercentile(percent), maximum)
    }

    /// What is reported, in milliseconds.
    var milliseconds: [(name: String, value: Double)] {
        let places: [(String, UInt64?)] = [
            ("p50", percentile(50)), ("p90", percentile(90)), ("p99", percentile(99)), ("p99.9", percentile(99.9)),
            ("max", maximum),
        ]
        return places.compactMap { name, value in value.map { (name, Double($0) / 1e6) } }
    }
}
