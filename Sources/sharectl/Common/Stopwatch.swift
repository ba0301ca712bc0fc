/// How long something took.
struct Stopwatch {
    private let start = ContinuousClock.now

    var seconds: Double {
        let elapsed = (ContinuousClock.now - start).components
        return Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
    }

    /// How many in a second; 0 where no time has passed.
    func rate(_ count: Int64) -> Double {
        let seconds = self.seconds
        return seconds > 0 ? Double(count) / seconds : 0
    }
}
