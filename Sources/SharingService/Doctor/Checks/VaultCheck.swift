import EventStore

/// Whether the vault opens under the site's key, and has not seen more of the log than there is.
struct VaultCheck: DoctorCheck {
    let name = "vault"

    func examine(_ site: ExaminedSite) throws -> [DoctorFinding] {
        _ = try site.openKeys()
        let vault: Vault
        switch site.vault {
        case .success(let opened): vault = opened
        case .failure(let error):
            return [trouble("\(error)", do: "restore vault.sqlite from its newest backup")]
        }
        // The vault is read first: a daemon at work moves the log on, never back.
        let seen = try vault.knownLogSize()
        let size = try site.openLog().refresh().size
        guard seen <= size else {
            return [
                trouble(
                    "the vault has seen \(seen) entries, and the log has \(size): it is older, as after a restore",
                    do: "look for a newer copy of log.sqlite before anything is recorded on this one")
            ]
        }
        return [well("opens under kek, and knows of no more entries than there are")]
    }
}
