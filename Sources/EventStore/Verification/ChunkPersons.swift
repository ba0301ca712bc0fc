import Crypto
import Encodings

/// The persons whom a chunk is about.
struct ChunkPersons {
    struct Named {
        let index: Int64
        let subject: UniqueID
        let blind: BlindIndex
    }

    /// Those whom the check of the vault's rows found.
    let table: PersonTable
    /// The position in the log of the first of the places.
    let first: Int64
    /// Where in the table each entry's person is.
    let places: [UInt32?]
    /// The others; nil where they could not be read at once.
    var keys: VaultBatch<UniqueID, SymmetricKey>?
    /// Whom the events name and the table does not, to be looked up by identifier.
    var named: [Named] = []

    func place(_ index: Int64) -> UInt32? { places[Int(index - first)] }

    /// A person's key; nil where the vault has none.
    func key(of subject: UniqueID, at index: Int64, _ vault: Vault) throws(VaultError) -> SymmetricKey? {
        if let place = place(index) { return table.key(at: place) }
        guard let keys else { return try vault.key(of: subject) }
        return try keys.value(subject)
    }
}
