import Encodings
import EventStore
import Foundation
import SharingClient

/// A report with everything that it rests on, to be carried away and checked without the site.
///
///     README  report.json  report.csv  checkpoint
///     events/ID.proof    a tlog-proof that holds the entry
///     events/ID.json     what the reader may have of the body: jws, salt, disclosures
struct EvidenceFolder {
    private let path: String

    /// - Throws: `Failure` if something is there already.
    init(_ path: String) throws(Failure) {
        self.path = path
        guard !FileManager.default.fileExists(atPath: path) else {
            throw .usage("\(path) is there already, and nothing is written over; give another name, or move it away")
        }
        do {
            try FileManager.default.createDirectory(
                atPath: path + "/events", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        } catch {
            throw Failure(.no, "cannot make \(path); check the folder's owner and mode, and room on the disk")
        }
    }

    /// Writes the report and what proves it.
    /// - Returns: how many events it rests on.
    func write(_ report: JSON, _ table: TextTable, from source: some ReportSource) async throws -> Int {
        var newest: SignedCheckpoint?
        let ids = try Self.events(of: report)
        let bar = ProgressBar("proving")
        for (number, id) in ids.enumerated() {
            let event = try await source.event(id)
            guard let entry = event["entryBytes"]?.string.flatMap({ Base64.standard.decode($0) }) else {
                throw Failure(.no, "an event of the report cannot be read; is the server of this release?")
            }
            let proof = try await source.proof(id)
            try write(
                TlogProof(index: proof.index, hashes: proof.hashes, checkpoint: proof.checkpoint, extra: entry).text,
                "events/\(id).proof")
            if event["jws"]?.string != nil {
                let body = JSON.object([
                    "jws": event["jws"], "salt": event["salt"], "disclosures": event["disclosures"],
                ])
                try write(body.text + "\n", "events/\(id).json")
            }
            if (newest?.checkpoint.size ?? -1) < proof.checkpoint.checkpoint.size { newest = proof.checkpoint }
            bar.update(Int64(number + 1), of: Int64(ids.count))
        }
        bar.finish()
        try write(report.text + "\n", "report.json")
        try write(table.csv, "report.csv")
        if let newest { try write(newest.note, "checkpoint") }
        try write(Self.readme(report, newest), "README")
        return ids.count
    }

    private static func readme(_ report: JSON, _ checkpoint: SignedCheckpoint?) -> String {
        let log =
            checkpoint.map { "the log of \($0.checkpoint.origin), of size \($0.checkpoint.size) or less" } ?? "a log"
        return """
            The report \(report.cell("report")). Every event id in a row is proved to stand in \(log).

            Check it, offline, with the site's verifier key, which you have from elsewhere:
              sharectl log check-proof . --vkey "$VKEY"

            report.json, report.csv   the rows, each with the events that it rests on
            events/ID.proof           c2sp.org/tlog-proof, with the entry
            events/ID.json            the signed event, as far as the reader may have it
            checkpoint                the newest of the checkpoints in the proofs

            """
    }

    private func write(_ text: String, _ name: String) throws(Failure) { try FreshFile(path + "/" + name).write(text) }

    /// The events that a report rests on, each once, in the order of the rows.
    static func events(of report: JSON) throws -> [UniqueID] {
        var seen: Set<UniqueID> = []
        var ids: [UniqueID] = []
        for row in try report.rows("rows") {
            for text in row["events"]?.array ?? [] {
                guard let id = text.string.flatMap({ UniqueID($0) }) else {
                    throw Failure(.no, "a row names an event by something that is no id")
                }
                if seen.insert(id).inserted { ids.append(id) }
            }
        }
        return ids
    }
}

/// A folder of evidence, looked at again by whoever got it.
struct EvidenceCheck {
    let path: String
    /// The log's key, for a checkpoint that is to be relied on.
    let trusted: (SignedCheckpoint) throws -> VerifierKey

    struct Account {
        var rows = 0
        var events = 0
        var bodies = 0
        var origin = ""
        var size: Int64 = 0
    }

    /// Checks that every event of every row is proved, and that every body is the one that its entry commits to.
    /// - Throws: `Failure` that names what does not hold.
    func run() throws -> Account {
        let report = try InputFile.json(path + "/report.json")
        var account = Account()
        account.rows = try report.rows("rows").count
        for id in try EvidenceFolder.events(of: report) {
            let entry = try proved(id, &account)
            account.events += 1
            let body = path + "/events/\(id).json"
            guard FileManager.default.fileExists(atPath: body) else { continue }
            try check(try InputFile.json(body), of: entry, id)
            account.bodies += 1
        }
        return account
    }

    private func proved(_ id: UniqueID, _ account: inout Account) throws -> Entry {
        let file = path + "/events/\(id).proof"
        guard FileManager.default.fileExists(atPath: file) else {
            throw Failure(.no, "event \(id) stands in a row, and nothing proves it: \(file) is missing")
        }
        let text = try InputFile.text(file)
        do {
            let proof = try TlogProof(parsing: text)
            guard let bytes = proof.extra else { throw Failure(.no, "the proof of event \(id) holds no entry") }
            let checkpoint = try proof.verified(entry: bytes, by: trusted(proof.checkpoint))
            account.origin = checkpoint.origin
            account.size = max(account.size, checkpoint.size)
            let entry = try Entry(parsing: bytes)
            guard entry.id == id else { throw Failure(.no, "the proof of event \(id) is about another event") }
            return entry
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(.no, "the proof of event \(id) does not hold: \(error)")
        }
    }

    private func check(_ body: JSON, of entry: Entry, _ id: UniqueID) throws {
        guard let jws = body["jws"]?.string, let salt = body["salt"]?.string.flatMap({ Base64.url.decode($0) }),
            OpenedBody.commitment(salt: salt, jws: Array(jws.utf8)) == entry.commitment
        else { throw Failure(.no, "the body of event \(id) is not the one that its entry commits to") }
        do {
            _ = try SignedRecord(jws: jws, disclosures: body["disclosures"], expecting: id)
        } catch {
            throw Failure(.no, "the body of event \(id) does not fit: \(error)")
        }
    }
}
