package import EventStore

/// A log as its site serves it: checkpoints, and proofs made of tiles of hashes. What comes is not believed; proofs are for
/// `ConsistencyProof.verified` to check.
package struct RemoteLog: Sendable {
    private let client: SiteClient

    package init(client: SiteClient) { self.client = client }

    /// The newest checkpoint, or the one that was signed at a size or next after it.
    package func checkpoint(size: Int64? = nil) async throws(ClientError) -> SignedCheckpoint {
        let note = try await client.openText("/log/checkpoint" + (size.map { "?size=\($0)" } ?? ""))
        do throws(NoteError) {
            return try SignedCheckpoint(parsing: note)
        } catch {
            throw .unexpectedAnswer(status: 200, reason: error.description)
        }
    }

    /// The proof that the tree of one checkpoint begins with that of another.
    /// - Throws: `.notProven` where the tiles do not give it.
    package func consistencyProof(
        between old: SignedCheckpoint, and new: SignedCheckpoint
    ) async throws(ClientError) -> ConsistencyProof {
        let (from, to) = (old.checkpoint.size, new.checkpoint.size)
        guard from <= to else { throw .notProven(reason: "the log is of size \(to), less than \(from)") }
        let tiles = Tiles()
        while true {
            do throws(LogError) {
                let tree = try PublishedTree(size: to) { path throws(LogError) in tiles[path] }
                return ConsistencyProof(old: old, new: new, hashes: try tree.consistencyProof(from: from, to: to))
            } catch {
                guard let path = tiles.takeWanted(), tiles.count < ClientLimits.proofTiles else {
                    throw .notProven(reason: error.description)
                }
                guard let bytes = try await client.openBytes("/log/\(path)", limit: ClientLimits.tileBytes) else {
                    throw .notProven(reason: "the site does not serve \(path), which its checkpoint says is there")
                }
                tiles.put(bytes, at: path)
            }
        }
    }

    /// Tiles that were fetched, and the one that is needed next: proofs are made in one go, without waiting, so they are
    /// begun again when it has come.
    private final class Tiles {
        private var fetched: [TilePath: [UInt8]] = [:]
        private var wanted: TilePath?

        var count: Int { fetched.count }

        subscript(path: TilePath) -> [UInt8]? {
            if fetched[path] == nil { wanted = path }
            return fetched[path]
        }

        func takeWanted() -> TilePath? {
            defer { wanted = nil }
            return wanted
        }

        /// A server may answer for a partial tile with the full one (tlog-tiles), which begins with it.
        func put(_ bytes: [UInt8], at path: TilePath) {
            fetched[path] = Array(bytes.prefix(Int(path.width) * MerkleHash.byteCount))
        }
    }
}
