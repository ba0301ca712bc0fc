import ArgumentParser
import Foundation
import SharingClient
import SharingModel

struct ContextSet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Make or change a context.",
        discussion: """
            What is not given stays as it was. The first context made is used at once.

            EXAMPLE
              sharectl context set council --server http://127.0.0.1:8420 \\
                  --key council.jwk --as gss:E08000012 --actor jo.bloggs \\
                  --role social-worker
            """)

    @Argument(help: "The context's name.")
    var name: String
    @Option(help: "URL of the site.")
    var server: String?
    @Option(help: "File of the private key.")
    var key: String?
    @Option(name: .customLong("as"), help: "The agency acted for.")
    var agency: String?
    @Option(help: "Verifier key of the site; receipts must fit it.")
    var vkey: String?
    @Option(help: "Who sits here, by the agency's identifier for them.")
    var actor: String?
    @Option(help: "What they do there, such as social-worker.")
    var role: String?
    @Option(help: "PEM file of the authority behind the site's certificate.")
    var ca: String?
    @Option(help: "PEM file of your own certificate, for a site that asks for one.")
    var certificate: String?
    @Option(help: "PEM file of that certificate's key.")
    var certificateKey: String?

    func run() throws {
        if let server { _ = try ServerAddress(server) }
        if let agency { _ = try AgencyID(agency) }
        if let vkey { _ = try VerifierKeyText(vkey) }
        if let role { _ = try RoleCode(argument: role, "a role") }
        let path = Contexts.path(environment: ProcessInfo.processInfo.environment)
        var contexts = try Contexts.load(from: path)
        // A path that works from here must work from everywhere.
        func everywhere(_ path: String?) -> String? { path.map { URL(fileURLWithPath: $0).standardizedFileURL.path } }
        let given = Contexts.Context(
            server: server, key: everywhere(key), agency: agency, vkey: vkey, actor: actor, role: role,
            ca: everywhere(ca), certificate: everywhere(certificate), certificateKey: everywhere(certificateKey))
        contexts.named[name] = (contexts.named[name] ?? Contexts.Context()).overlaid(by: given)
        contexts.current = contexts.current ?? name
        try contexts.save(to: path)
        Output.line("context \(name) set" + (contexts.current == name ? ", and in use" : ""))
    }
}
