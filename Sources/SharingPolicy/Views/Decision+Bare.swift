package import SharingModel

extension Decision {
    /// What is left of a decision that cannot be recorded whole, which is an error while evaluating: the holder decides.
    /// What was shared first stays shared, for a child must not wait for our errors.
    ///
    /// - Parameter contact: whom to ask, where the decision itself had no need to name anybody.
    package func withoutCircumstances(contact fallback: String) -> Decision {
        let items =
            shareFirst
            ? self.items.map { ItemDecision(item: $0.item, result: $0.result) }
            : self.items.map { ItemDecision(item: $0.item, result: .referred, codes: [.evaluationError]) }
        return Decision(
            outcome: shareFirst ? outcome : .referred, shareFirst: shareFirst, items: items, policy: policy, at: at,
            clock: clock, contact: contact ?? (shareFirst ? nil : fallback))
    }
}
