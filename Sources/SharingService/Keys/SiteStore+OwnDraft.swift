package import Encodings
package import EventStore
package import SharingModel

extension SiteStore {
    /// What the site says itself, for everybody, while no daemon has the folder: signed by its key, ready to be appended.
    /// - Throws: `SiteError.ownEventInvalid`, a fault of this program.
    package func ownDraft(_ type: EventType, _ data: JSON, now: Instant) throws -> EntryDraft {
        let id = UniqueID.random()
        let verified = try EventSigner.signOwn(
            payload: .object([
                "specversion": "1.0", "id": .text(id), "source": .string(author.text), "site": .string(origin),
                "type": .string(type.rawValue), "time": .text(now), "datacontenttype": "application/json",
                "data": data,
            ]), key: siteKey)
        do throws(Rejection) {
            _ = try FrontDesk.read(verified)
        } catch {
            throw SiteError.ownEventInvalid(error.description)
        }
        return EntryDraft(
            event: verified, id: id, type: type.rawValue, author: author.text, subject: nil, audience: ["*"],
            cause: nil, occurred: now, recorded: now)
    }
}
