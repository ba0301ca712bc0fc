import EventStore
import Foundation
import GRDB
import Support

/// The file that a site has of a peer's log, read beside its daemon or without one.
struct ReplicaFile {
    let path: String

    /// The only replica of a site.
    init(of site: PeeredSite) throws {
        let folder = site.data + "/replicas"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sqlite") }
        guard let name = names.first, names.count == 1 else { throw DaemonError(log: "\(names)") }
        path = folder + "/" + name
    }

    private func read<Value>(_ work: (Database) throws -> Value) throws -> Value {
        var configuration = Configuration()
        configuration.readonly = true
        return try DatabaseQueue(path: path, configuration: configuration).read(work)
    }

    func numbers(_ sql: String) throws -> [Int64] { try read { try Int64.fetchAll($0, sql: sql) } }

    /// The cursors behind the pieces that were committed, in order.
    func progress() throws -> [[Int64]] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT size, late FROM progress ORDER BY number").map { [$0[0], $0[1]] }
        }
    }

    /// Everything in a table, a text for each row.
    func rows(_ sql: String) throws -> [String] {
        try read { db in try Row.fetchAll(db, sql: sql).map { $0.description } }
    }
}
