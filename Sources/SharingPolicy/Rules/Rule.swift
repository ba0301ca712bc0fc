import SharingModel

/// One step of DOMAIN 5 that can answer items by itself. The first that answers an item answers it.
protocol Rule: Sendable {
    var step: JudgeStep { get }

    /// Answers each open item on which the rule has something to say.
    func answer(_ answers: inout Answers, in docket: Docket)
}

/// One step of DOMAIN 5 that looks at the answers together, once every item has one.
protocol Adjustment: Sendable {
    var step: JudgeStep { get }

    func adjust(_ answers: inout Answers, in docket: Docket)
}
