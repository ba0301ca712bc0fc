import Encodings
import EventStore
import Projections
import SharingModel
import SharingPolicy

/// What admission needs of earlier events' bodies, which projections do not hold. Gathered for the few events that need any.
struct AdmissionContext {
    /// For a receipt: the digest of what was released to its author; nil if nothing was.
    var releasedDigest: String?
    /// The event that a resolution settles, or the request that a delivery answers.
    var earlier: SharingEvent?
    /// For a resolution of a delivery: the request that the delivery answers.
    var asked: SharingEvent?
    /// What people of the holder settled of these events, in the order of the log.
    var resolutions: [ResolutionOnRecord] = []
    /// For a resolution: the agreements and the baseline, which say who may decide.
    var policy: PreparedPolicy?

    /// - Parameter read: an event that was recorded before; nil where its body cannot be opened.
    static func gather(
        for event: SharingEvent, _ reader: ProjectionReader, _ keys: KeyBook, _ shelf: inout PolicyShelf,
        read: (UniqueID) throws -> SharingEvent?
    ) throws -> AdmissionContext {
        var context = AdmissionContext()
        let earlier: UniqueID
        switch event.data {
        case .disclosureResolved(let data):
            earlier = data.request
            let agreements = try shelf.agreements(reader, keys)
            context.policy = try shelf.policy(reader, agreements)
        case .disclosureDelivered(let data):
            guard let request = data.request else { return context }
            earlier = request
        default: return context
        }
        context.earlier = try read(earlier)
        var settled = [earlier]
        if case .disclosureResolved = event.data, case .disclosureDelivered(let data)? = context.earlier?.data,
            let request = data.request
        {
            context.asked = try read(request)
            settled.insert(request, at: 0)
        }
        context.resolutions = try settled.flatMap { try reader.resolutions(of: $0) }.compactMap { row in
            guard case .disclosureResolved(let data)? = try read(row.event)?.data else { return nil }
            return ResolutionOnRecord(
                data, event: EventReference(id: row.event, index: row.index),
                isUnderRevokedKey: !keys.permits(row.kid, recorded: row.recorded))
        }
        return context
    }
}
