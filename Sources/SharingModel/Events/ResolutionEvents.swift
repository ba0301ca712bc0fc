package import Encodings

/// `sharing.disclosure.resolved.v1`: what a person of the holder settled of what was referred to it.
package struct DisclosureResolved: Sendable, Hashable {
    package struct Item: Sendable, Hashable {
        package enum Result: String, Sendable, Hashable, CaseIterable {
            case permitted, withheld
        }

        package let item: ItemCode
        package let result: Result
        /// The exception of a duty to share on which it is withheld.
        package let exception: String?

        package init(item: ItemCode, result: Result, exception: String? = nil) {
            self.item = item
            self.result = result
            self.exception = exception
        }
    }

    /// The event that was decided.
    package let request: UniqueID
    package let items: [Item]
    package let reason: String
    package let by: Actor
    package let records: HolderRecords
}

/// `sharing.content.opened.v1`: the recipient read what it was given.
package struct ContentOpened: Sendable, Hashable {
    /// The event with content.
    package let event: UniqueID
    package let by: Actor
    package let items: [ItemCode]

    package init(event: UniqueID, by: Actor, items: [ItemCode]) {
        self.event = event
        self.by = by
        self.items = items
    }
}

/// `sharing.review.completed.v1`
package struct ReviewCompleted: Sendable, Hashable {
    package enum Subject: String, Sendable, Hashable, CaseIterable {
        case breakGlass = "break-glass"
        case shareFirst = "share-first"
        case oneOff = "one-off"
    }

    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        case justified
        /// Justified, and it showed that an agreement has a gap.
        case justifiedGap = "justified-gap"
        case unjustified
    }

    package let event: UniqueID
    package let of: Subject
    package let outcome: Outcome
    package let note: String
}
