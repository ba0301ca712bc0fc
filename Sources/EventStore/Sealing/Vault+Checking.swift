import Crypto
import Encodings
import Foundation
import GRDB

/// What is wrong with a vault by itself, and how much is in it.
struct VaultCheck: Sendable {
    var subjects: Int64 = 0
    var identifiers: Int64 = 0
    var findings: [Finding] = []
    /// The size that the log is known to have had when the vault was last written.
    var knownLogSize: Int64 = 0
    /// The latest position that any row was written for; -1 where there is none.
    var newestPosition: Int64 = -1
    /// The persons whose rows were found whole, as many as it holds.
    var persons = PersonTable()
}

extension Vault {
    /// Rows that are in memory at once.
    private static let rowsAtOnce = 1024

    /// What the engine says of the file's structure.
    func structure() -> [Finding] {
        do throws(VaultError) {
            return try flaws().map { Finding($0) }
        } catch {
            return [Finding(.storageFailed, "vault.sqlite: \(error)")]
        }
    }

    /// Checks every row: that every person's key unwraps, that every identifier opens under its
    /// person's key and is found where it is.
    /// - Parameter limit: how many persons, and how many identifiers, to remember for what comes after.
    func check(remembering limit: Int) -> VaultCheck {
        var check = VaultCheck()
        check.persons = PersonTable(limit: limit)
        check.persons.reserve(persons: (try? count("subject")) ?? 0, identifiers: (try? count("identifier")) ?? 0)
        // A structure that is damaged may make any read fail; what was found until then is kept.
        do throws(VaultError) {
            try checkState(&check)
            try checkSubjects(&check)
            try checkIdentifiers(&check)
        } catch {
            check.findings.append(Finding(.storageFailed, "vault.sqlite: \(error)"))
        }
        return check
    }

    private func count(_ table: String) throws(VaultError) -> Int {
        try read("how much there is") { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0 }
    }

    private func flaws() throws(VaultError) -> [StorageFlaw] {
        try read("its structure") { db in
            try SQLiteFile.flaws(db, Self.kind, name: "vault.sqlite", comparingIndexes: true)
        }
    }

    private func checkState(_ check: inout VaultCheck) throws(VaultError) {
        let rows = try read("its state") { db in
            try Row.fetchAll(db, sql: "SELECT proof, log_size, only FROM state LIMIT 2").map {
                (try $0.value(0) as Data, try $0.value(1) as Int64, try $0.value(2) as Int64)
            }
        }
        guard rows.count == 1, let (proof, size, only) = rows.first, size >= 0, only == 1,
            (try? Sealed.open(proof, under: wrappingKey, for: [])) != nil
        else {
            check.findings.append(Finding(.vaultRowDamaged, "the vault's own row is not as it was written"))
            return
        }
        check.knownLogSize = size
    }

    private func checkSubjects(_ check: inout VaultCheck) throws(VaultError) {
        var last: Int64 = .min
        while true {
            let rows = try read("persons' keys") { [last] db in
                try Row.fetchAll(
                    db,
                    sql: "SELECT rowid, ref, wrapped, staged_for FROM subject WHERE rowid > ? ORDER BY rowid LIMIT ?",
                    arguments: [last, Self.rowsAtOnce]
                ).map {
                    (
                        try $0.value(0) as Int64, try $0.value(1) as Data, try $0.value(2) as Data,
                        try $0.value(3) as Int64
                    )
                }
            }
            guard let end = rows.last?.0 else { return }
            // In a damaged file the rows may come in no order, and would come again and again.
            guard isAscending(rows.map(\.0), after: last) else { return check.findings.append(Self.rowsOutOfOrder) }
            last = end
            for (_, reference, wrapped, position) in rows {
                check.subjects += 1
                guard let subject = UniqueID(bytes: reference),
                    let key = try? Sealed.open(wrapped, under: wrappingKey, for: subject.bytes), key.count == 32
                else {
                    check.findings.append(
                        Finding(.vaultRowDamaged, "the key of person \(check.subjects) does not unwrap"))
                    continue
                }
                check.saw(position)
                check.persons.insert(subject, key: key)
            }
        }
    }

    private func checkIdentifiers(_ check: inout VaultCheck) throws(VaultError) {
        var last: Int64 = .min
        while true {
            let rows = try read("identifiers") { [last] db in
                try Row.fetchAll(
                    db,
                    sql: """
                        SELECT rowid, blind, subject, sealed, staged_for FROM identifier
                        WHERE rowid > ? ORDER BY rowid LIMIT ?
                        """, arguments: [last, Self.rowsAtOnce]
                ).map {
                    (
                        try $0.value(0) as Int64, try $0.value(1) as Data, try $0.value(2) as Data,
                        try $0.value(3) as Data, try $0.value(4) as Int64
                    )
                }
            }
            guard let end = rows.last?.0 else { return }
            // In a damaged file the rows may come in no order, and would come again and again.
            guard isAscending(rows.map(\.0), after: last) else { return check.findings.append(Self.rowsOutOfOrder) }
            last = end
            let others = rows.compactMap { UniqueID(bytes: $0.2) }.filter { check.persons.place(of: $0) == nil }
            let batch = try keys(of: Set(others))
            for (_, blind, subject, sealed, position) in rows {
                check.identifiers += 1
                check.saw(position)
                if let subject = UniqueID(bytes: subject), let blind = BlindIndex(bytes: blind),
                    let key = check.persons.place(of: subject).map(check.persons.key) ?? (try? batch.value(subject)),
                    let identifier = identifier(in: sealed, as: blind, under: key)
                {
                    check.persons.insert(identifier, of: subject)
                } else {
                    check.findings.append(
                        Finding(
                            .vaultRowDamaged,
                            "identifier \(check.identifiers) does not open, or is not found where it is"))
                }
            }
        }
    }

    /// The size that the log is known to have had when the vault was last written: a log with fewer entries is an older one.
    public func knownLogSize() throws(VaultError) -> Int64 {
        try read("its state") { db in try Int64.fetchOne(db, sql: "SELECT log_size FROM state") ?? 0 }
    }

    private static let rowsOutOfOrder = Finding(
        .fileDamaged, "the rows of a table are out of order; those behind were not looked at")

    private func isAscending(_ numbers: [Int64], after last: Int64) -> Bool {
        zip([last] + numbers, numbers).allSatisfy { $0 < $1 }
    }

    /// An identifier; nil unless it opens under its person's key, and its blind index is its own.
    private func identifier(in sealed: Data, as blind: BlindIndex, under key: SymmetricKey) -> String? {
        guard let bytes = try? Sealed.open(sealed, under: key, for: Array(blind.bytes)),
            let identifier = String(validating: bytes, as: UTF8.self), (try? blindIndex(of: identifier)) == blind
        else { return nil }
        return identifier
    }

    /// Persons whose row says that it was written for a position that the log does not have yet.
    func pending(logSize: Int64) throws(VaultError) -> Set<UniqueID> {
        let references = try read("persons' keys") { db in
            try Row.fetchAll(db, sql: "SELECT ref FROM subject WHERE staged_for >= ?", arguments: [logSize])
                .map { try $0.value(0) as Data }
        }
        return Set(references.compactMap { UniqueID(bytes: $0) })
    }

    /// Whether the key that the vault has for a person opens what else is sealed under it: then a body that does not
    /// open is damaged itself.
    func keyOpensIdentifiers(of subject: UniqueID) -> Bool {
        ((try? identifiers(of: subject)) ?? []).isEmpty == false
    }
}

extension VaultCheck {
    fileprivate mutating func saw(_ position: Int64) {
        newestPosition = max(newestPosition, position)
        if position < 0 { findings.append(Finding(.vaultRowDamaged, "a row was written for a position below 0")) }
    }
}
