import Locking

/// Counters and gauges of one site, and their text in the Prometheus exposition format 0.0.4.
///
/// Labels come from closed lists of this program (codes, outcomes), from its configuration (names of witnesses) or from its operator (origins
/// of peers), never from what somebody sent, so nothing personal can stand in them and their number is bounded.
package final class Metrics: Sendable {
    private struct Series: Hashable {
        let name: String
        /// Names and values, in the order in which they are written.
        let labels: [[String]]

        init(_ name: String, _ label: String?, _ value: String?) {
            self.init(name, label.flatMap { label in value.map { [(label, $0)] } } ?? [])
        }

        init(_ name: String, _ labels: [(String, String)]) {
            self.name = name
            self.labels = labels.map { [$0, $1] }
        }

        var text: String {
            guard !labels.isEmpty else { return name }
            let pairs = labels.map { pair in
                let value = pair[1].replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                return "\(pair[0])=\"\(value)\""
            }
            return "\(name){\(pairs.joined(separator: ","))}"
        }
    }

    private struct State {
        var counters: [Series: Int64] = [:]
        /// Gauges that are set when they change.
        var gauges: [Series: Int64] = [:]
        var histograms: [String: Histogram] = [:]
    }

    /// Cumulative buckets; bounds in seconds.
    private struct Histogram {
        static let bounds: [Double] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
        var counts = [Int64](repeating: 0, count: bounds.count)
        var count: Int64 = 0
        var sum = 0.0

        mutating func observe(_ value: Double) {
            for (position, bound) in Self.bounds.enumerated() where value <= bound { counts[position] += 1 }
            count += 1
            sum += value
        }
    }

    /// What each series means; one that is not here is not written.
    private static let help: [(name: String, kind: String, text: String)] = [
        ("sharing_events_total", "counter", "Events answered with a receipt, by outcome."),
        ("sharing_rejections_total", "counter", "Events and reads refused, by code."),
        ("sharing_batches_total", "counter", "Batches committed to the log."),
        ("sharing_reads_total", "counter", "Authenticated reads answered."),
        ("sharing_log_size", "gauge", "Entries in the log."),
        ("sharing_queue_depth", "gauge", "Events that wait for the registrar."),
        ("sharing_timestamps_total", "counter", "Checkpoints stamped by an outside authority."),
        ("sharing_timestamp_failures_total", "counter", "Failures to have a checkpoint stamped, by code."),
        ("sharing_timestamp_overdue", "gauge", "1 where the log has been without a timestamp for longer than it may."),
        ("sharing_timestamp_size", "gauge", "Size of the newest stamped checkpoint."),
        ("sharing_timestamp_last_success_age_seconds", "gauge", "Seconds since the newest timestamp came."),
        (
            "sharing_log_read_only", "gauge",
            "1 while events are refused because the log is shorter than what it signed."
        ),
        ("sharing_checkpoint_trusted_size", "gauge", "Size of the newest checkpoint that the policy trusts."),
        ("sharing_witness_cosigned_size", "gauge", "Size that each witness cosigned last."),
        (
            "sharing_witness_cosigned_timestamp_seconds", "gauge",
            "When each witness says it cosigned last, POSIX seconds."
        ),
        ("sharing_witness_faults_total", "counter", "Times that a witness did not cosign, by code."),
        ("sharing_peer_lag_seconds", "gauge", "Age of what is known of each peer's log, in seconds."),
        ("sharing_peer_lag_events", "gauge", "Entries that each peer signed and that are not verified here yet."),
        ("sharing_peer_stopped", "gauge", "1 where nothing is taken from a peer until the operator has decided."),
        ("sharing_peer_pieces_total", "counter", "Pieces of shipments taken, by peer."),
        ("sharing_peer_failures_total", "counter", "Times that a peer could not be asked or was refused, by code."),
        ("sharing_stream_clients", "gauge", "Clients that follow the log."),
        (
            "sharing_certificate_expires_timestamp_seconds", "gauge",
            "When the TLS certificate of each side ends, POSIX seconds."
        ),
        (
            "sharing_certificate_failures_total", "counter",
            "Times that new TLS certificates could not be used, by code."
        ),
        ("sharing_evaluation_errors_total", "counter", "Decisions that were referred because evaluating them failed."),
    ]

    private let state = Locked(State())

    package init() {}

    package func count(_ name: String, _ label: String? = nil, _ value: String? = nil, by amount: Int64 = 1) {
        state.withLock { $0.counters[Series(name, label, value), default: 0] += amount }
    }

    /// Counts under several labels.
    package func count(_ name: String, labels: [(String, String)]) {
        state.withLock { $0.counters[Series(name, labels), default: 0] += 1 }
    }

    /// Sets a gauge.
    package func set(_ name: String, _ label: String? = nil, _ value: String? = nil, to amount: Int64) {
        state.withLock { $0.gauges[Series(name, label, value)] = amount }
    }

    /// Records how long a batch took to commit, in seconds.
    package func observeCommit(seconds: Double) {
        state.withLock { $0.histograms["sharing_commit_seconds", default: Histogram()].observe(seconds) }
    }

    /// The text, with gauges as they are now.
    package func text(gauges: [(name: String, value: Int64)]) -> String {
        let (counters, histograms) = state.withLock {
            ($0.counters.merging($0.gauges) { counter, _ in counter }, $0.histograms)
        }
        var text = ""
        for (name, kind, help) in Self.help {
            let lines =
                gauges.filter { $0.name == name }.map { "\(name) \($0.value)\n" }
                + counters.filter { $0.key.name == name }.map { series, value in "\(series.text) \(value)\n" }.sorted()
            guard !lines.isEmpty else { continue }
            text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n" + lines.joined()
        }
        for (name, histogram) in histograms.sorted(by: { $0.key < $1.key }) {
            text += "# HELP \(name) Seconds from a batch's first event to its commit.\n# TYPE \(name) histogram\n"
            for (bound, count) in zip(Histogram.bounds, histogram.counts) {
                text += "\(name)_bucket{le=\"\(bound)\"} \(count)\n"
            }
            text += "\(name)_bucket{le=\"+Inf\"} \(histogram.count)\n"
            text += "\(name)_sum \(histogram.sum)\n\(name)_count \(histogram.count)\n"
        }
        return text
    }
}
