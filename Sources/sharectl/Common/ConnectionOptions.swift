import ArgumentParser
import Encodings
import EventStore
import Foundation
import SharingClient
import SharingModel

/// Which site, with which key, for which agency.
struct ConnectionOptions: ParsableArguments, SiteConnection {
    @Option(help: "Verifier key of the site; receipts must fit it. [SHARECTL_VKEY]")
    var vkey: String?
    @OptionGroup var unpinned: UnpinnedConnectionOptions

    var given: Contexts.Context {
        var given = unpinned.given
        given.vkey = vkey
        return given
    }

    var context: String? { unpinned.context }
}

/// The same without a verifier key on the command line, for verbs whose own `--vkey` is another site's. What the environment or the context
/// pins counts all the same.
struct UnpinnedConnectionOptions: ParsableArguments, SiteConnection {
    @Option(help: "URL of the site: https://…, or http://127.0.0.1:8420. [SHARECTL_SERVER]")
    var server: String?
    @Option(help: "File of your private key, a JWK of mode 0600. [SHARECTL_KEY]")
    var key: String?
    @Option(name: .customLong("as"), help: "The agency you act for, such as ods:RBS25. [SHARECTL_AS]")
    var agency: String?
    @Option(help: "PEM file of the authority behind the site's certificate, if no public one. [SHARECTL_CA]")
    var ca: String?
    @Option(help: "PEM file of your own certificate, for a site that asks for one. [SHARECTL_CERTIFICATE]")
    var certificate: String?
    @Option(help: "PEM file of that certificate's key, of mode 0600. [SHARECTL_CERTIFICATE_KEY]")
    var certificateKey: String?
    @Option(help: "Use this context instead of the current one. [SHARECTL_CONTEXT]")
    var context: String?

    var given: Contexts.Context {
        Contexts.Context(
            server: server, key: key, agency: agency, ca: ca, certificate: certificate, certificateKey: certificateKey)
    }
}

/// What says how a site is reached.
protocol SiteConnection {
    /// What stands on the command line.
    var given: Contexts.Context { get }
    /// The context that the command line names.
    var context: String? { get }
}

extension SiteConnection {
    /// What is given: on the command line, else in the environment, else in the context.
    func resolved() throws -> Contexts.Context {
        let environment = ProcessInfo.processInfo.environment
        func variable(_ name: String) -> String? { environment["SHARECTL_" + name].flatMap { $0.isEmpty ? nil : $0 } }
        let contexts = try Contexts.load(from: Contexts.path(environment: environment))
        var base = Contexts.Context()
        if let name = context ?? variable("CONTEXT") ?? contexts.current {
            guard let named = contexts.named[name] else { throw ContextError.unknown(name: name) }
            base = named
        }
        let surroundings = Contexts.Context(
            server: variable("SERVER"), key: variable("KEY"), agency: variable("AS"), vkey: variable("VKEY"),
            actor: variable("ACTOR"), role: variable("ROLE"), ca: variable("CA"), certificate: variable("CERTIFICATE"),
            certificateKey: variable("CERTIFICATE_KEY"))
        return base.overlaid(by: surroundings).overlaid(by: given)
    }

    /// Who reads, where the context or the environment says so in full.
    private static func actor(_ context: Contexts.Context) -> JSON? {
        guard let id = context.actor, let role = context.role else { return nil }
        return .object(["id": .string(id), "role": .string(role)])
    }

    /// Opens the way to a site for the time of `body`.
    /// - Parameter connections: open at once.
    func visit<Result: Sendable>(
        connections: Int = 2, _ body: (Session) async throws -> Result
    ) async throws -> Result {
        let context = try resolved()
        guard let server = context.server else {
            throw Failure.usage(
                "which site? give `--server`, set SHARECTL_SERVER, or make a context with `sharectl context set`")
        }
        let settings = SiteClient.Settings(
            server: try ServerAddress(server), key: try context.key.map { try KeyFile.signingKey($0) },
            agency: try context.agency.map { try AgencyID($0) },
            verifierKey: try context.vkey.map { try VerifierKeyText($0) },
            actor: Self.actor(context),
            tls: try ClientTLS(
                authorities: context.ca, certificate: context.certificate, key: context.certificateKey
            ).configuration(), connections: connections)
        return try await SiteClient.visit(settings) { try await body(Session(client: $0, context: context)) }
    }
}
