import ArgumentParser
import Encodings
import Projections
import SharingClient
import SharingModel
import SharingPolicy

/// Where agreements are taken from: files, a site's data folder, or a server.
struct AgreementSources: ParsableArguments {
    @Argument(help: "Agreements, YAML files. Without any, those that all parties of a site have signed.")
    var files: [String] = []
    @OptionGroup var law: LawOptions
    @Option(help: ArgumentHelp("Read a site's data folder instead of asking a server.", valueName: "DIR"))
    var data: String?
    @OptionGroup(title: "Site") var connection: ConnectionOptions

    struct Found {
        let agreements: [Agreement]
        let baseline: Baseline
        let parties: [AgencyID: PartyFacts]
        /// For people: where it comes from.
        let origin: String

        var space: QuestionSpace { QuestionSpace(baseline: baseline, sides: [agreements], parties: parties) }

        /// What a reader must know of what was not known here.
        var notes: [String] {
            let unknown = Set(agreements.flatMap(\.parties).map(\.agency)).subtracting(parties.keys).sorted()
            let law = "Under \(baseline.id)/\(baseline.version), as if all parties had signed."
            guard !unknown.isEmpty else { return [law] }
            return [
                law,
                "Not known here is what kind of agency these are: \(unknown.map(\.text).joined(separator: ", ")). "
                    + "Each kind was supposed in turn; say which with --kind AGENCY=KIND.",
            ]
        }
    }

    func validate() throws {
        guard files.isEmpty || data == nil else {
            throw ValidationError("give files or `--data DIR`, not both")
        }
    }

    func found() async throws -> Found {
        if !files.isEmpty { return try fromFiles() }
        if let data { return try fromFolder(data) }
        return try await connection.visit { try await fromServer($0) }
    }

    static func agreement(in file: String) throws -> Agreement {
        try Agreement.parse(yaml: try InputFile.text(file), file: file)
    }

    private func fromFiles() throws -> Found {
        Found(
            agreements: try files.map(Self.agreement), baseline: try law.parsedBaseline(),
            parties: try law.parties(), origin: files.joined(separator: " "))
    }

    private func fromFolder(_ path: String) throws -> Found {
        let store = try LogFolder(path, vkey: connection.vkey).projections()
        let (rows, agencies, baseline) = try Failure.no {
            try store.read { (try $0.agreements(), try $0.agencies(), try $0.baseline()) }
        }
        var parties: [AgencyID: PartyFacts] = [:]
        for agency in agencies {
            parties[agency.agency] = PartyFacts(kind: agency.kind, publicAuthority: agency.publicAuthority)
        }
        guard let baseline else { throw Failure(.no, "no baseline has been adopted in \(path)") }
        var newest: [AgreementID: AgreementRow] = [:]
        for row in rows where row.unsigned.isEmpty && row.status != .terminated { newest[row.id] = row }
        return Found(
            agreements: try newest.values.sorted { $0.id < $1.id }.map {
                try Agreement.parse(yaml: $0.document, file: $0.id.text)
            }, baseline: try Baseline.parse(yaml: baseline.document, file: "baseline"), parties: parties, origin: path)
    }

    private func fromServer(_ session: Session) async throws -> Found {
        let agreements = try await session.agreementsSigned()
        let parties = try await session.parties()
        let baseline: Baseline
        if law.baseline != nil {
            baseline = try law.parsedBaseline()
        } else {
            baseline = try await session.baselineInForce()
        }
        return Found(
            agreements: agreements, baseline: baseline, parties: parties,
            origin: session.context.server ?? "the site")
    }
}

extension Session {
    /// The newest version of each agreement that all parties have signed and that is not over.
    fileprivate func agreementsSigned() async throws -> [Agreement] {
        let page = try await client.get("/v1/agreements")
        var agreements: [Agreement] = []
        for (name, version) in try Self.newest(of: page.rows("agreements")) {
            let document = try await agreement(name, version: version).document
            agreements.append(try Agreement.parse(yaml: document, file: name))
        }
        return agreements
    }

    private static func newest(of rows: [JSON]) -> [(name: String, version: Int64)] {
        let ended = ["proposed", "terminated", "replaced", "expired"]
        var newest: [String: Int64] = [:]
        for row in rows where !ended.contains(row.cell("state")) {
            guard let version = row["version"]?.integer else { continue }
            newest[row.cell("agreement")] = max(newest[row.cell("agreement")] ?? 0, version)
        }
        return newest.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// What kind of agency each is that is enrolled.
    fileprivate func parties() async throws -> [AgencyID: PartyFacts] {
        let page = try await client.get("/v1/agencies")
        var parties: [AgencyID: PartyFacts] = [:]
        for row in try page.rows("agencies") {
            guard let kind = AgencyKind(rawValue: row.cell("kind")) else { continue }
            parties[try AgencyID(row.cell("agency"))] = PartyFacts(
                kind: kind, publicAuthority: row["publicAuthority"]?.bool ?? false)
        }
        return parties
    }
}

extension Session {
    /// The baseline adopted last, which everybody enrolled may read.
    func baselineInForce() async throws -> Baseline {
        var from: Int64? = 0
        var newest: SignedRecord?
        while let start = from {
            let page = try await client.get(
                "/v1/events", ["type": EventType.baselineAdopted.rawValue, "from": String(start)])
            for row in try page.rows("events") {
                guard let text = row["entry"]?["id"]?.string, let id = UniqueID(text), let jws = row["jws"]?.string
                else { continue }
                newest = try SignedRecord(jws: jws, disclosures: row["disclosures"], expecting: id)
            }
            from = page["next"]?.integer
        }
        guard let newest else {
            throw Failure(.no, "the site has adopted no baseline; give one with `--baseline FILE`")
        }
        return try Baseline.parse(yaml: try newest.text("document"), file: "baseline")
    }
}
