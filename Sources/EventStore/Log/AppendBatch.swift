package import Encodings

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

    /// Checks a draft, seals its body and takes its leaf into the tree.
    mutating func add(_ draft: EntryDraft, sealing vault: Vault) throws(LogError) {
        let position = appended.count
        guard position < Limits.appendEntries else { throw .refused(.tooMany(entries: position + 1)) }
        if let lastRecorded, draft.recorded < lastRecorded { throw .refused(.clockWentBack(position: position)) }
        guard ids.insert(draft.id).inserted else { throw .refused(.idTaken) }
        guard draft.event.resolved.withheld.isEmpty else { throw .refused(.disclosuresMissing(position: position)) }
        let salt = Array(random.next(OpenedBody.saltBytes))
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
        let body = try seal(plain, entry, position, vault)
        let leaf = entry.leafHash
        edge.append(leaf, full: &tiles)
        records.append(LogRecord(id: draft.id, entry: entry.bytes, body: body))
        appended.append(AppendedEntry(index: head.size + Int64(position), leafHash: leaf, entry: entry))
        lastRecorded = draft.recorded
    }

    private func seal(_ plain: [UInt8], _ entry: Entry, _ position: Int, _ vault: Vault) throws(LogError) -> [UInt8] {
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
