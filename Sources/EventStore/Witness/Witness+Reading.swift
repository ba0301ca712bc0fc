import GRDB

extension Witness {
    /// The checkpoint that was cosigned last for a log, read from a witness's file; nil if none was.
    public static func lastSeen(at path: String, origin: String) throws(StorageError) -> String? {
        let pool = try SQLiteFile.openForReading(path, kind)
        return try SQLiteFile.attempt("read the witness's state") {
            try pool.read {
                try String.fetchOne($0, sql: "SELECT note FROM seen WHERE origin = ?", arguments: [origin])
            }
        }
    }

    /// How often each log has been caught showing two histories, read from a witness's file beside a running daemon or without one.
    /// - Returns: by origin; a log that was never caught is left out.
    public static func evidenceCounts(readingAt path: String) throws(StorageError) -> [(origin: String, count: Int64)] {
        let pool = try SQLiteFile.openForReading(path, kind)
        return try SQLiteFile.attempt("read the witness's evidence") {
            try pool.read { db in
                try Row.fetchAll(
                    db,
                    sql: """
                        SELECT origin, count(*) FROM evidence WHERE kind = 'fork' GROUP BY origin ORDER BY origin
                        """
                ).map { (try $0.value(0), try $0.value(1)) }
            }
        }
    }
}
