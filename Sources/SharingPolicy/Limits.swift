/// How much of something a decision may hold.
enum PolicyLimits {
    /// Different obligations of one decision: as many as the event holds in which it is recorded. Four kinds for sixteen
    /// flows are more than people can keep.
    static let obligations = 64
}
