import ArgumentParser
import Encodings
import SharingClient
import SharingService

struct ReportDisclosures: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disclosures",
        abstract: "Who got what about whom, why, on which basis, under which agreement, and whether it arrived.",
        discussion: """
            From a server, for a key with the role `ig-lead` (its agency's disclosures) or `auditor` (all); from a data folder, all. People \
            are named by the site's own reference.

            EXAMPLE
              sharectl report disclosures --server https://sharing.example --as ods:RBS25 --key ig.jwk
              sharectl report disclosures --data ./site --format csv > disclosures.csv
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @Option(help: "Read a site's data folder instead of asking a server.")
    var data: String?
    @Option(help: "From this log index on.")
    var from: Int64 = 0
    @Option(help: "At most so many rows.")
    var limit: Int?

    /// Rows of one page.
    private static let pageRows = 1_000

    func validate() throws {
        guard from >= 0, limit.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--from is an index from 0 on, --limit a number of rows from 1 on")
        }
    }

    func run() async throws {
        let (columns, rows, next) = if let data { try stored(in: data) } else { try await fetched() }
        let report = JSON.object([
            "report": "disclosures", "columns": .strings(columns), "rows": .array(rows),
            "next": next.map { .integer($0) } ?? .null,
        ])
        output.show(
            TextTable(rows, columns: columns.map { (heading: $0, member: $0) }), json: report,
            none: "no disclosures that this reader may see")
        if let next, output.format == .table { StandardError.line("there is more: --from \(next)") }
    }

    private typealias Found = (columns: [String], rows: [JSON], next: Int64?)

    private func fetched() async throws -> Found {
        try await connection.visit { session in
            try await collect { from, limit in
                try await session.client.get(
                    "/v1/reports/disclosures", ["format": "json", "from": String(from), "limit": String(limit)])
            }
        }
    }

    private func stored(in path: String) throws -> Found {
        let folder = try LogFolder(path, vkey: connection.vkey)
        let desk = try ReadingDesk(log: try folder.log(), projections: try folder.projections(), now: .now)
        var found: Found = ([], [], from)
        while let next = found.next, let room = room(found.rows.count) {
            try add(Failure.no { try desk.disclosureReport(for: nil, Page(from: next, limit: room)).json }, to: &found)
        }
        return found
    }

    /// Goes through the pages up to the limit.
    private func collect(_ page: (_ from: Int64, _ limit: Int) async throws -> JSON) async throws -> Found {
        var found: Found = ([], [], from)
        while let next = found.next, let room = room(found.rows.count) {
            try add(try await page(next, room), to: &found)
        }
        return found
    }

    /// How many rows the next page may have; nil where the limit is reached.
    private func room(_ count: Int) -> Int? {
        let left = limit.map { $0 - count } ?? Self.pageRows
        return left > 0 ? min(left, Self.pageRows) : nil
    }

    private func add(_ page: JSON, to found: inout Found) throws {
        found.columns = try page.rows("columns").compactMap(\.string)
        found.rows += try page.rows("rows")
        found.next = page["next"]?.integer
    }
}
