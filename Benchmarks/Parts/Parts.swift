import Benchmark

/// What the parts of the house cost. Each figure is of one operation; one thread, nothing else is running.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = Benchmark.Configuration(
        metrics: [.wallClock, .throughput], warmupIterations: 3, maxDuration: .seconds(2), maxIterations: 100_000)
    eventBenchmarks()
    logBenchmarks()
    sharingBenchmarks()
}

extension Benchmark.Configuration {
    /// For what takes less time than measuring it.
    static var thousands: Benchmark.Configuration {
        var configuration = Benchmark.defaultConfiguration
        configuration.scalingFactor = .kilo
        return configuration
    }
}
