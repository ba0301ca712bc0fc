import SharingModel

/// One step of DOMAIN 5 that can answer items by itself. The first that answers an item answers it.
protocol Rule: Sendable {
    var step: JudgeStep { get }

    /// The answer to each item on which the rule has something to say; nothing for the others.
    func answers(to items: [ItemCode], in docket: Docket) -> [ItemCode: Answer]
}

/// One step of DOMAIN 5 that looks at the answers together, once every item has one.
protocol Adjustment: Sendable {
    var step: JudgeStep { get }

    func adjust(_ answers: inout [ItemCode: Answer], in docket: Docket)
}
