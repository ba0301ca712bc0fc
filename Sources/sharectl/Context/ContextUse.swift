import ArgumentParser
import Foundation
import SharingClient

struct ContextUse: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "use", abstract: "Use a context from now on.",
        discussion: """
            EXAMPLE
              sharectl context use council
            """)

    @Argument(help: "The context's name.")
    var name: String

    func run() throws {
        let path = Contexts.path(environment: ProcessInfo.processInfo.environment)
        var contexts = try Contexts.load(from: path)
        guard contexts.named[name] != nil else { throw ContextError.unknown(name: name) }
        contexts.current = name
        try contexts.save(to: path)
        Output.line("using context \(name)")
    }
}
