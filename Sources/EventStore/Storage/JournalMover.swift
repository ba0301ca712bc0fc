import Dispatch
import Foundation
package import GRDB
import GRDBSQLite
import Locking

/// Moves a write-ahead log into its database beside the one who writes.
///
/// Left to itself SQLite has the commit that finds the log full move all of it, and flush the database: some tens of milliseconds in which
/// nobody gets a receipt. Here a thread with a connection of its own moves it, while commits go on. What they add meanwhile, a small part,
/// the writer moves behind a commit, because only a log that was moved to its end begins anew. Where the mover cannot keep up, or cannot
/// open the file, the writer does all of it, as it would have.
///
/// Nothing that is promised depends on it: a commit is durable by the write-ahead log, and SQLite reuses no page of that before the database
/// is flushed.
package final class JournalMover: Sendable {
    private enum Stage {
        case idle
        case moving
        /// All but what was committed since; the writer's turn.
        case moved
    }

    /// The second time there is little left, and what is left then is next to nothing.
    private static let passes = 2
    /// How many times its pages the log may gather while it is moved, before the writer waits for that.
    private static let patience: Int32 = 4
    /// By how much everything else goes before it, as `nice` counts.
    private static let niceness: Int32 = 5

    private let path: String
    private let pages: Int32
    /// What is being moved.
    private let moves = DispatchGroup()
    /// Held for a move of memory.
    private let stage = Locked(Stage.idle)

    /// - Parameters:
    ///   - path: of the database.
    ///   - pages: how many of them the log gathers before they are moved.
    package init(path: String, pages: Int) {
        self.path = path
        self.pages = Int32(clamping: pages)
    }

    /// Looks after the log that a connection writes. Call it where the connection is prepared, so that the connection's configuration keeps
    /// this one as long as the connection lasts; and set no `PRAGMA wal_autocheckpoint` after it, which would take its place.
    package func watch(_ db: Database) {
        let call: @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<CChar>?, Int32) -> Int32 = {
            mover, connection, _, pages in
            guard let mover, let connection else { return SQLITE_OK }
            Unmanaged<JournalMover>.fromOpaque(mover).takeUnretainedValue().committed(pages, on: connection)
            return SQLITE_OK
        }
        _ = sqlite3_wal_hook(db.sqliteConnection, call, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Waits until nothing is being moved. Whoever truncates the log calls it on the writer's connection, where no commit can begin another
    /// move: SQLite refuses to move one log twice at once.
    package func wait() { moves.wait() }

    /// On the writer's thread, behind a commit.
    private func committed(_ pages: Int32, on connection: OpaquePointer) {
        guard pages >= self.pages else { return }
        let before = stage.withLock { stage in
            let before = stage
            stage = before == .idle ? .moving : before == .moved ? .idle : before
            return before
        }
        switch before {
        case .idle:
            moves.enter()
            // A thread of its own, because what it gives way to stays with a thread.
            Thread {
                self.move()
                self.moves.leave()
            }.start()
        case .moved: Self.move(connection)
        case .moving:
            guard pages / Self.patience >= self.pages else { return }
            moves.wait()
            Self.move(connection)
        }
    }

    private func move() {
        #if os(Linux)
            // There it is the thread's, elsewhere the whole process's.
            _ = setpriority(Int32(PRIO_PROCESS.rawValue), 0, Self.niceness)
        #endif
        // An error is left for the writer to find: what was not moved stays where it is, and the log grows until the writer moves it.
        try? DatabaseQueue(path: path).writeWithoutTransaction { db in
            // A connection that has read nothing does not know yet that there is a write-ahead log.
            _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master")
            for _ in 0..<Self.passes {
                Self.move(db.sqliteConnection)
                Self.flush(db.sqliteConnection)
            }
        }
        stage.withLock { $0 = .moved }
    }

    /// Moves what no reader needs where it is, without waiting for anybody.
    private static func move(_ connection: OpaquePointer?) {
        sqlite3_wal_checkpoint_v2(connection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    }

    /// Flushes the database itself. SQLite does so when the log was moved to its end, which would be for the writer; then little is left to
    /// be flushed. Through SQLite's own handle: closing another one to the same file would take away the process's locks on it.
    private static func flush(_ connection: OpaquePointer?) {
        var file: UnsafeMutablePointer<sqlite3_file>?
        guard sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK, let file,
            let methods = file.pointee.pMethods
        else { return }
        _ = methods.pointee.xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY)
    }
}
