package import SharingModel

/// The path to a decision: for each item which step answered it, which flows were tried and how far each got, and what
/// would have made the difference. Names no person. For the holder: it holds every reason, also those an asker may not
/// know.
package struct Explanation: Sendable, Hashable {
    package let decision: Decision
    /// In the order of the decision's items.
    package let items: [Item]
    /// Flows of the holder that are not about this question, whatever the item: why each is not.
    package let closed: [FlowTried]

    /// The path to the answer for one item.
    package struct Item: Sendable, Hashable {
        package let item: ItemCode
        package let result: ItemDecision.Result
        package let flow: String?
        package let codes: [RefusalCode]
        /// The steps that answered it or changed its answer, in the order in which they were taken.
        package let steps: [StepTaken]
        /// The flows about the question, in the order of their names.
        package let flows: [FlowTried]
        /// The flow that came closest; nil where it is permitted, or no flow speaks.
        package let nearest: String?
        /// What would have made the difference, all of it together, first what failed first. Empty where permitted.
        package let needs: [Need]
    }

    /// What a step made of an item.
    package struct StepTaken: Sendable, Hashable {
        package let step: JudgeStep
        package let result: ItemDecision.Result
        /// The flow that permits.
        package let flow: String?
        package let code: RefusalCode?
        package let detail: String?
        /// What break-glass or a person of the holder lifted.
        package let lifted: [RefusalCode]
        /// The events that it rests on.
        package let facts: [EventReference]
    }

    /// A flow held against an item, by itself: before anything was lifted.
    package struct FlowTried: Sendable, Hashable {
        /// `liverpool-mash/3/nhs-to-council-safeguarding`
        package let flow: String
        /// The conditions it passed, in their order: `parties`, `dates`, …
        package let passed: [String]
        /// Where it stopped; nil where it permits.
        package let stopped: Stopped?
        /// The events on which what it passed rests.
        package let facts: [EventReference]
    }

    /// Where a flow stopped.
    package struct Stopped: Sendable, Hashable {
        /// `bar`, `consent`, …
        package let at: String
        package let code: RefusalCode
        /// Somebody may still supply what is missing.
        package let isReferred: Bool
        package let fact: EventReference?
        package let detail: String?
    }

    /// One thing that would have to be otherwise.
    package struct Need: Sendable, Hashable {
        package let code: RefusalCode
        /// As a noun: `a confidentiality consent that covers health.mental for gss:E08000012`.
        package let text: String
    }

    /// Every event that is named in it, each once, in the order of the log.
    package var events: [EventReference] {
        var events: Set<EventReference> = []
        for item in items {
            events.formUnion(item.steps.flatMap(\.facts))
            for flow in item.flows { events.formUnion(flow.facts + [flow.stopped?.fact].compactMap { $0 }) }
        }
        events.formUnion(closed.compactMap(\.stopped?.fact))
        return events.sorted()
    }
}
