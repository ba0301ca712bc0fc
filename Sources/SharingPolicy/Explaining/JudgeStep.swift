/// A step of DOMAIN 5, as explanations name it.
package enum JudgeStep: String, Sendable, Hashable, CaseIterable {
    case absoluteBars = "absolute-bars"
    case shareFirst = "share-first"
    case flows
    case oneOff = "one-off"
    case breakGlass = "break-glass"
    case resolutions
    case duties
    case inseparable
    case evaluationErrors = "evaluation-errors"
    case telling

    /// What the step looks at, in words an IG lead uses.
    package var inWords: String {
        switch self {
        case .absoluteBars: "bars that nothing lifts (a court order, a shield, a revoked key, an agency that has left)"
        case .shareFirst: "share first, because a child may be at risk"
        case .flows: "the flows of the agreements, with objections, lawful basis and consent"
        case .oneOff: "the holder's own decision for this once"
        case .breakGlass: "break-glass"
        case .resolutions: "what the holder's people settled"
        case .duties: "duties to share"
        case .inseparable: "items that go together or not at all"
        case .evaluationErrors: "what could not be evaluated"
        case .telling: "what the asker may be told"
        }
    }
}
