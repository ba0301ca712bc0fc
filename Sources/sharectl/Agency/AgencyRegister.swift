import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct AgencyRegister: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: "Register an agency with its keys.",
        discussion: """
            For operators. A key file holds a public JWK; of a private one only the public half is taken. Roles of a key: agency \
            (acts and reads), ig-lead (signs agreements), auditor (reads every entry, no bodies). Without roles: agency.

            Where an agency is at home cannot be changed later, and what is for it leaves for that site. So --site names a peer (`peer add`), or \
            one that will be, with --before-peer.

            EXAMPLE
              sharectl agency register gss:E08000012 --name "Liverpool City Council" \\
                  --kind council --public-authority --safeguarding mash@council.example \\
                  --key-file council.pub.jwk --key-file dpo.pub.jwk:agency,ig-lead
            """)

    @Argument(help: "The agency: ods:…, gss:…, urn:…, ukprn:…, trust:… or org:REGISTER:NUMBER.")
    var agency: String
    @Option(help: "Its name for people.")
    var name: String
    @Option(help: "What it is: nhs, council, education, police, voluntary or private.")
    var kind: AgencyKind
    @Option(
        help: ArgumentHelp("A key to enrol, with its roles. May be repeated.", valueName: "file[:roles]"))
    var keyFile: [String] = []
    @Flag(help: "It is a public authority (legitimate interests are closed to it).")
    var publicAuthority = false
    @Option(help: "Origin of the site that hosts it, if not this one.")
    var site: String?
    @Flag(help: "That site is added as a peer later: do not look for it.")
    var beforePeer = false
    @Option(help: "Contact of its data protection officer.")
    var dpo: String?
    @Option(help: "Contact for safeguarding.")
    var safeguarding: String?
    @Option(help: "Contact for breaches.")
    var breach: String?
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let agency = try AgencyID(agency)
        let keys = try keyFile.map { try KeyFileArgument($0).announcement }
        let contacts = JSON.object([
            "dpo": dpo.map { .string($0) }, "safeguarding": safeguarding.map { .string($0) },
            "breach": breach.map { .string($0) },
        ])
        let hasContacts = contacts.object?.members.isEmpty == false
        try await connection.visit { session in
            try await checkHost(session)
            let receipt = try await session.post(
                EventDraft(
                    .agencyRegistered,
                    data: [
                        "agency": .string(agency.text), "name": .string(name), "kind": .string(kind.rawValue),
                        "publicAuthority": .bool(publicAuthority), "site": site.map { .string($0) },
                        "contacts": hasContacts ? contacts : nil, "keys": .array(keys),
                    ]))
            try output.show(receipt, "agency \(agency.text), event")
        }
    }

    /// A name that is mistyped would be where the agency is at home for ever.
    private func checkHost(_ session: Session) async throws {
        guard let site, !beforePeer else { return }
        guard try await session.client.origin() != site else { return }
        let peers = try await session.client.get("/v1/peers").rows("peers")
        guard peers.contains(where: { $0["origin"]?.string == site }) else {
            throw Failure.usage(
                "`--site` is no peer of this site (`sharectl peer list`), and where an agency is at home cannot be changed later; add the peer first, or say `--before-peer`"
            )
        }
    }
}

extension AgencyKind: ExpressibleByArgument {}
