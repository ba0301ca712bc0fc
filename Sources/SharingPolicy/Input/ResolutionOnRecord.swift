package import SharingModel

/// A `disclosure.resolved`: what a person of the holder settled. Where several settle one item, the last one in the log
/// holds.
package struct ResolutionOnRecord: Sendable, Hashable {
    package var event: EventReference
    /// The role in which it was settled; it counts only if it may decide (``DecidingRoles``).
    package var role: RoleCode
    package var items: [DisclosureResolved.Item]
    package var records: HolderRecords
    /// Recorded at or after `since` of its key's revocation: it permits nothing any more, what it withholds stays so.
    package var isUnderRevokedKey: Bool

    package init(
        event: EventReference, role: RoleCode, items: [DisclosureResolved.Item],
        records: HolderRecords = HolderRecords(),
        isUnderRevokedKey: Bool = false
    ) {
        self.event = event
        self.role = role
        self.items = items
        self.records = records
        self.isUnderRevokedKey = isUnderRevokedKey
    }

    /// The resolution as its event gives it.
    package init(_ resolved: DisclosureResolved, event: EventReference, isUnderRevokedKey: Bool = false) {
        self.init(
            event: event, role: resolved.by.role, items: resolved.items, records: resolved.records,
            isUnderRevokedKey: isUnderRevokedKey)
    }
}
