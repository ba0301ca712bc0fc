import ArgumentParser
import Encodings
import EventStore
import Foundation
import SharingClient
import SharingService

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Found a site in a new folder.",
        discussion: """
            Makes the site's keys under DIR/keys (mode 0600), an empty vault, and a log whose first event founds the site. Prints the \
            verifier key: whoever verifies the log pins it, so hand it out by other means than the site itself. Move \
            DIR/keys/operator.jwk off the machine when you do not need it.

            EXAMPLE
              sharectl init ./site --origin sharing.liverpool.example \\
                  --name "Liverpool sharing record"
            """)

    @Argument(help: "Folder of the site; new or empty.")
    var folder: String
    @Option(help: "The site's name for ever: a URL without scheme and trailing slash.")
    var origin: String
    @Option(help: "The site's name for people; the origin if left out.")
    var name: String?
    @OptionGroup var output: OutputOptions

    func run() throws {
        let site = try Founding.found(in: DataFolder(path: folder), origin: origin, name: name ?? origin, now: .now)
        let result = JSON.object([
            "origin": .string(origin), "vkey": .string(site.verifierKey), "keys": .string(site.keysFolder),
            "operatorKey": .string(site.operatorKey.description),
        ])
        output.show(
            result,
            words: """
                site \(origin) founded in \(folder)

                verifier key, for everybody who verifies the log:
                  \(site.verifierKey)
                keys, for nobody else: \(site.keysFolder)

                next:
                  sharingd --data \(folder)
                  sharectl context set operator --server http://127.0.0.1:8420 --key \(folder)/keys/operator.jwk \
                --as site:\(origin) --vkey '\(site.verifierKey)'
                  sharectl baseline adopt config/baseline.yaml
                """)
    }
}
