/// How long to wait before the next try: longer each time, and never quite as long as others wait.
package struct Backoff: Sendable {
    private var failures = 0
    private let shortestSeconds: Double
    private let longestSeconds: Double

    package init(shortestSeconds: Double = 1, longestSeconds: Double = ClientLimits.longestWaitSeconds) {
        self.shortestSeconds = shortestSeconds
        self.longestSeconds = longestSeconds
    }

    /// It went well: the next wait is short again.
    package mutating func reset() { failures = 0 }

    /// Seconds to wait now: half of a span that doubles with every failure, and up to as much again at random, so that clients that were cut
    /// off together do not come back together.
    /// - Parameter atLeast: as the site asked.
    package mutating func next(
        atLeast: Double = 0, using generator: inout some RandomNumberGenerator
    ) -> Double {
        let span = min(longestSeconds, shortestSeconds * Double(1 << min(failures, 16)))
        failures += 1
        return max(atLeast, Double.random(in: span / 2...span, using: &generator))
    }
}
