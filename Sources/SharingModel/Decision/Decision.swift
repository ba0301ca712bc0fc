package import Encodings

/// What policy says to a request, a referral or a delivery, with its reasons (DOMAIN §5). A pure function of the log up to `at` and of what
/// it records itself.
package struct Decision: Sendable, Hashable {
    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        case permitted
        case partlyPermitted = "partly-permitted"
        case refused, referred
    }

    package let outcome: Outcome
    package let shareFirst: Bool
    package let breakGlass: Bool
    package let items: [ItemDecision]
    /// What came closest to permitting the rest.
    package let nearest: Nearest?
    package let obligations: [Obligation]
    /// Ids of the events it rests on.
    package let facts: [UniqueID]
    /// SHA-256 over the digests of baseline and agreements in force, base64url.
    package let policy: String
    /// Index of the event decided; for a peer's event, of the `sync.advanced` that brought it.
    package let at: Int64
    /// The site's clock when it was taken.
    package let clock: Instant
    package let replicas: [Replica]
    /// Until when it may be relied on; nil for no end.
    package let validUntil: Instant?
    /// Whom to ask about what is withheld.
    package let contact: String?
    /// Says of a partial release that it is not complete.
    package let notice: String?

    package init(
        outcome: Outcome, shareFirst: Bool = false, breakGlass: Bool = false, items: [ItemDecision],
        nearest: Nearest? = nil, obligations: [Obligation] = [], facts: [UniqueID] = [], policy: String, at: Int64,
        clock: Instant, replicas: [Replica] = [], validUntil: Instant? = nil, contact: String? = nil,
        notice: String? = nil
    ) {
        self.outcome = outcome
        self.shareFirst = shareFirst
        self.breakGlass = breakGlass
        self.items = items
        self.nearest = nearest
        self.obligations = obligations
        self.facts = facts
        self.policy = policy
        self.at = at
        self.clock = clock
        self.replicas = replicas
        self.validUntil = validUntil
        self.contact = contact
        self.notice = notice
    }

    /// The items that may pass.
    package var permittedItems: [ItemCode] { items.filter { $0.result == .permitted }.map(\.item) }
}

/// The answer for one item.
package struct ItemDecision: Sendable, Hashable {
    package enum Result: String, Sendable, Hashable, CaseIterable {
        case permitted, withheld, referred
    }

    package let item: ItemCode
    package let result: Result
    /// The flow that spoke: `<agreement>/<version>/<flow>`.
    package let flow: String?
    /// Why not; empty where permitted.
    package let codes: [RefusalCode]

    package init(item: ItemCode, result: Result, flow: String? = nil, codes: [RefusalCode] = []) {
        self.item = item
        self.result = result
        self.flow = flow
        self.codes = codes
    }
}

/// The flow that got furthest without permitting, and what it failed at.
package struct Nearest: Sendable, Hashable {
    package let flow: String
    /// The condition: `role`, `referral`, `basis`, `staleness`, `consent` and so on.
    package let failed: String
    package let code: RefusalCode
    /// The event that decided it, where one did.
    package let fact: UniqueID?
    package let detail: String?

    /// What is said beside a code, for people. A peer of which nothing has come yet is as old as can be, which is recorded as a date that
    /// means nothing to anybody.
    package static func inWords(detail: String) -> String {
        let never = " as of \(Instant(milliseconds: 0))"
        return detail.hasSuffix(never) ? detail.dropLast(never.count) + ", of which nothing has come yet" : detail
    }

    package init(flow: String, failed: String, code: RefusalCode, fact: UniqueID? = nil, detail: String? = nil) {
        self.flow = flow
        self.failed = failed
        self.code = code
        self.fact = fact
        self.detail = detail
    }
}

/// Something the recipient or the holder has to do: `receipt` within `72h`.
package struct Obligation: Sendable, Hashable {
    package let kind: String
    package let value: String

    package init(kind: String, value: String) {
        self.kind = kind
        self.value = value
    }
}

/// How much of a peer's log was known.
package struct Replica: Sendable, Hashable {
    package let origin: String
    package let size: Int64
    package let asOf: Instant

    package init(origin: String, size: Int64, asOf: Instant) {
        self.origin = origin
        self.size = size
        self.asOf = asOf
    }
}

extension Decision {
    /// Of the names under which content was offered, those that may pass: a name stands for its leaves, and passes only if each of
    /// them is permitted.
    package func released(of offered: [ItemCode]) -> [ItemCode] {
        offered.filter { name in
            let decided = items.filter { name.covers($0.item) }
            return !decided.isEmpty && decided.allSatisfy { $0.result == .permitted }
        }
    }
}
