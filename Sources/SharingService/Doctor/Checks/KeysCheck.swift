import Encodings
import EventStore
import Projections
import SharingModel

/// Whether the site's keys load, and are those that its log was founded with.
struct KeysCheck: DoctorCheck {
    let name = "keys"

    func examine(_ site: ExaminedSite) throws -> [DoctorFinding] {
        let keys: SiteKeys
        switch site.keys {
        case .success(let loaded): keys = loaded
        case .failure(let error):
            return [
                trouble("\(error)", do: "restore the folder `keys` from its copy; the daemon does not start without it")
            ]
        }
        guard case .success(let log) = site.log else {
            return [warning("they load; the log that they belong to does not open", do: "see `log`")]
        }
        guard let genesis = try Self.genesis(of: log) else {
            return [trouble("entry 0 founds no site", do: "give the data folder of a founded site")]
        }
        var findings: [DoctorFinding] = []
        let current = try CheckpointKeys(of: log.storage).current
        if let next = try? SiteKeys.nextCheckpoint(in: site.folder) {
            findings.append(
                warning(
                    "a change of the checkpoint key is not finished",
                    do: next.publicKey == current.publicKey
                        ? "start the daemon, which finishes it"
                        : "run `sharectl key rotate-checkpoint` again with the daemon stopped"))
        } else if keys.checkpoint.publicKey != current.publicKey {
            findings.append(
                trouble(
                    "checkpoint.jwk is not the key that signs this log now",
                    do: "restore the keys that belong to this log"))
        }
        if (try? SiteKeys.nextReceivingKey(in: site.folder)) ?? nil != nil {
            findings.append(
                warning(
                    "a change of the receiving key is not finished",
                    do: "run `sharectl key rotate-hpke` again with the daemon stopped"))
        }
        if let days = try Self.daysOfReceivingKey(site, log), days >= ServiceLimits.doctorReceivingKeyDays {
            findings.append(
                warning(
                    "shipments have been sealed to one receiving key for \(days) days",
                    do: "run `sharectl key rotate-hpke` with the daemon stopped, so that the old key can be destroyed"))
        }
        if site.isPinned, log.keys.first.description != genesis.vkey {
            findings.append(
                trouble(
                    "the log was founded with another verifier key than the one given",
                    do: "find out whose log this is before you rely on it"))
        }
        let founders = genesis.keys.filter { $0.roles.contains(.site) }.compactMap { try? PublicKey(jwk: $0.jwk) }
        if !founders.contains(keys.site.publicKey) {
            findings.append(
                trouble(
                    "site.jwk is not the key that the log was founded with",
                    do: "restore the keys that belong to this log: decisions signed with this one would not verify"))
        }
        return findings.isEmpty ? [well("all load, and are those that the log was founded with")] : findings
    }

    /// How long the receiving key has been the one, where there are peers that seal to it; nil where there are none.
    private static func daysOfReceivingKey(_ site: ExaminedSite, _ log: ReadOnlyLog) throws -> Int64? {
        // Another check says so where the projections do not open.
        guard let peers = try? site.projections.get().read({ try $0.peers() }),
            peers.contains(where: { $0.removed == nil })
        else { return nil }
        let type = EventType.hpkeKeyRotated.rawValue
        let rotations = try log.storage.entries(in: 0..<log.head.size, mayBeOf: [type]).reversed()
        let newest = rotations.lazy.compactMap { try? Entry(parsing: $0.bytes) }.first { $0.type == type }
        let since = try newest?.recorded ?? log.entry(at: 0).recorded
        return (site.now.seconds - since.seconds) / 86_400
    }

    /// What the founding event says; nil where entry 0 is none.
    static func genesis(of log: ReadOnlyLog) throws -> SiteFounded? {
        let recorded = try Replay.recorded(try log.entry(at: 0), at: 0, try log.body(at: 0))
        guard case .siteFounded(let founded) = recorded.event.data else { return nil }
        return founded
    }
}
