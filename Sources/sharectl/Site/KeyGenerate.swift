import ArgumentParser
import Encodings
import EventStore
import SharingClient

struct KeyGenerate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Make a key that signs.",
        discussion: """
            Writes the private key as a JWK of mode 0600, never over a file that is there, and prints its thumbprint, which is its name \
            in the log, and the public key, which the operator enrols.

            EXAMPLE
              sharectl key generate --out council.jwk --public council.pub.jwk
            """)

    @Option(help: "File for the private key.")
    var out: String
    @Option(name: .customLong("public"), help: "File for the public key as well.")
    var publicFile: String?
    @Flag(help: "A P-256 key for ES256 instead of Ed25519, where a library or a smart card needs it.")
    var es256 = false
    @OptionGroup var output: OutputOptions

    func run() throws {
        let key = SigningKey.generate(es256 ? .es256 : .ed25519)
        try KeyFile.write(key.privateJWK.text, to: out)
        if let publicFile { try KeyFile.write(key.publicKey.jwk.text, to: publicFile) }
        let result = JSON.object(["kid": .string(key.thumbprint.description), "jwk": key.publicKey.jwk])
        output.show(
            result,
            words: """
                private key: \(out)
                thumbprint:  \(key.thumbprint)
                public key:  \(key.publicKey.jwk.text)
                """)
    }
}
