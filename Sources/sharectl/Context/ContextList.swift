import ArgumentParser
import Encodings
import Foundation
import SharingClient

struct ContextList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List contexts.",
        discussion: """
            EXAMPLE
              sharectl context list
            """)

    @OptionGroup var output: OutputOptions

    func run() throws {
        let contexts = try Contexts.load(from: Contexts.path(environment: ProcessInfo.processInfo.environment))
        let rows = contexts.named.sorted { $0.key < $1.key }.map { name, context in
            JSON.object([
                "name": .string(name), "current": .bool(contexts.current == name),
                "server": context.server.map { .string($0) }, "as": context.agency.map { .string($0) },
                "key": context.key.map { .string($0) }, "actor": context.actor.map { .string($0) },
                "role": context.role.map { .string($0) }, "vkey": context.vkey.map { .string($0) },
                "ca": context.ca.map { .string($0) },
                "certificate": context.certificate.map { .string($0) },
                "certificate-key": context.certificateKey.map { .string($0) },
            ])
        }
        output.show(
            TextTable(
                rows,
                columns: [
                    ("name", "name"), ("in use", "current"), ("server", "server"), ("as", "as"), ("key", "key"),
                    ("actor", "actor"), ("role", "role"),
                ]), json: .array(rows), none: "no contexts; make one with `sharectl context set`")
    }
}
