package import Encodings
import Locking

/// One append in the making: values only, nothing is written until it is finished.
struct AppendBatch {
    private let head: LogHead
    private var edge: TreeEdge
    private var records: [LogRecord] = []
    private var tiles: [FullTile] = []
    private var ids: Set<UniqueID> = []
    private(set) var appended: [AppendedEntry] = []
    private(set) var lastRecorded: Instant?
    private var random = RandomBytes()

    init(head: LogHead, lastRecorded: Instant?) {
        self.head = head
        self.lastRecorded = lastRecorded
        edge = head.edge
    }

    /// A draft as it will be written.
    private struct SealedDraft: Sendable {
        let entry: Entry
        let body: [UInt8]
        let leaf: MerkleHash
    }

    /// How many drafts a core takes at a time: packing and sealing one takes some 30 µs, being called for them 5.
    private static let draftsAtOnce = 4

    /// Checks drafts, seals their bodies, and takes their leaves into the tree, in their order. All cores seal.
    mutating func add(_ drafts: [EntryDraft], sealing vault: Vault) throws(LogError) {
        var work: [(position: Int, draft: EntryDraft, salt: [UInt8])] = []
        work.reserveCapacity(drafts.count)
        for draft in drafts {
            let position = appended.count + work.count
            try check(draft, at: position)
            work.append((position, draft, Array(random.next(OpenedBody.saltBytes))))
            lastRecorded = draft.recorded
        }
        let sealed = AllCores.map(work, atOnce: Self.draftsAtOnce) { position, draft, salt in
            Result { () throws(LogError) in try Self.seal(draft, at: position, salt: salt, vault) }
        }
        for (draft, sealed) in zip(drafts, sealed) {
            let sealed = try sealed.get()
            edge.append(sealed.leaf, full: &tiles)
            records.append(LogRecord(id: draft.id, entry: sealed.entry.bytes, body: sealed.body))
            appended.append(
                AppendedEntry(
                    index: head.size + Int64(appended.count), leafHash: sealed.leaf, entry: sealed.entry))
        }
    }

    /// What a draft may not be behind those before it.
    private mutating func check(_ draft: EntryDraft, at position: Int) throws(LogError) {
        guard position < Limits.appendEntries else { throw .refused(.tooMany(entries: position + 1)) }
        if let lastRecorded, draft.recorded < lastRecorded { throw .refused(.clockWentBack(position: position)) }
        guard ids.insert(draft.id).inserted else { throw .refused(.idTaken) }
    }

    /// Depends on the draft alone, so that it does not matter who does it when.
    private static func seal(
        _ draft: EntryDraft, at position: Int, salt: [UInt8], _ vault: Vault
    ) throws(LogError) -> SealedDraft {
        guard draft.event.resolved.withheld.isEmpty else { throw .refused(.disclosuresMissing(position: position)) }
        let entry: Entry
        do throws(EntryError) {
            entry = try Entry(
                id: draft.id, type: draft.type, author: draft.author, kid: draft.event.keyID, subject: draft.subject,
                audience: draft.audience, cause: draft.cause, releases: draft.releases, occurred: draft.occurred,
                recorded: draft.recorded, commitment: OpenedBody.commitment(salt: salt, jws: draft.event.jws))
        } catch {
            throw .refused(.entry(position: position, error))
        }
        if let member = EntryMembers.disagreement(of: entry, with: draft.event.payload) {
            throw .refused(.memberDisagrees(position: position, member: member))
        }
        let plain = OpenedBody.plain(salt: salt, event: draft.event)
        guard plain.count <= Limits.eventBytes + OpenedBody.saltBytes else {
            throw .refused(.bodyTooLarge(position: position))
        }
        return SealedDraft(entry: entry, body: try seal(plain, entry, position, vault), leaf: entry.leafHash)
    }

    private static func seal(
        _ plain: [UInt8], _ entry: Entry, _ position: Int, _ vault: Vault
    ) throws(LogError) -> [UInt8] {
        guard let subject = entry.subject else { return plain }
        do throws(VaultError) {
            return try vault.sealBody(plain, of: entry, under: subject).bytes
        } catch {
            guard error == .subjectUnknown else { throw .refused(.vault(error)) }
            throw .refused(.subjectUnknown(position: position))
        }
    }

    /// Signs the checkpoint of the tree with everything that was added.
    /// - Parameter next: signs as well, where it announces this signer.
    func finish(
        signer: CheckpointSigner, and next: CheckpointSigner?
    ) throws(LogError) -> (head: LogHead, batch: LogBatch) {
        guard !records.isEmpty else { throw .refused(.nothingToAppend) }
        guard var checkpoint = try? signer.sign(size: edge.size, root: edge.root) else { throw .refused(.signing) }
        if let next {
            guard let second = try? next.sign(size: edge.size, root: edge.root) else { throw .refused(.signing) }
            checkpoint = checkpoint.adding(second.signedNote.signatures)
        }
        let batch = LogBatch(
            expectedSize: head.size, records: records, tiles: tiles,
            checkpoint: StoredCheckpoint(size: edge.size, note: checkpoint.note))
        return (LogHead(checkpoint: checkpoint, edge: edge), batch)
    }
}

/// What an entry repeats of its event's payload.
package enum EntryMembers {
    /// The entry's member that says something else than the event; nil if all agree. Asked before writing and again by
    /// the verifier.
    package static func disagreement(of entry: Entry, with payload: JSON) -> String? {
        guard let members = payload.object else { return "id" }
        if members["id"]?.string.flatMap(UniqueID.init) != entry.id { return "id" }
        if members["type"]?.string != entry.type { return "type" }
        if members["source"]?.string != entry.author { return "author" }
        if members["cause"]?.string.map({ UniqueID($0) }) != entry.cause.map(Optional.some) { return "cause" }
        if members["time"]?.string.flatMap(Instant.init) != entry.occurred { return "occurred" }
        return nil
    }
}
