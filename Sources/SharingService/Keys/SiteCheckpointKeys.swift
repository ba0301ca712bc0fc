package import Encodings
package import EventStore
import SharingModel

extension CheckpointKeys {
    /// The keys of a site's log, from its founding on, as its events announce them.
    /// - Throws: `LogError` where the founding cannot be read, or a change of the key is not signed as it must be.
    package init(of storage: any LogStorage) throws(LogError) {
        try self.init(following: storage, announced: Self.announced)
    }

    /// The keys of a site's log, for whoever pins one of them.
    /// - Parameter pinned: the first, or any that followed. Where it is none of the log's, it stands alone, so that nothing that
    ///   another key signed is believed.
    package init(of storage: any LogStorage, pinned: VerifierKey) {
        if let keys = try? CheckpointKeys(of: storage), keys.all.contains(pinned) {
            self = keys
        } else {
            self.init(first: pinned)
        }
    }

    /// The verifier key that an event announces for the checkpoints of its log.
    package static func announced(in entry: Entry, _ payload: JSON) -> String? {
        let types = [EventType.siteFounded.rawValue, EventType.checkpointKeyRotated.rawValue]
        guard types.contains(entry.type), payload["source"]?.string == entry.author,
            let site = payload["site"]?.string, entry.author == "site:" + site
        else { return nil }
        return payload["data"]?["vkey"]?.string
    }
}
