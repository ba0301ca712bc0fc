import ArgumentParser
import Encodings
import Foundation
import SharingClient

struct PeerExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write everything that is for a peer to a file.",
        discussion: """
            The same bytes as over a line: signed, sealed to the peer's key, and verified by it. With --request, what the peer asked for \
            (`peer request` there): from where it is on. Without it, everything from the beginning: for the first shipment, before there is \
            anything to go on from. A file that breaks off is removed.

            EXAMPLE
              sharectl peer export /media/stick/council.shipment --to council.example
              sharectl peer export council.shipment --to council.example \\
                  --request request.json
            """)

    @Argument(help: "A new file.")
    var file: String
    @Option(help: "Origin of the peer that it is for.")
    var to: String
    @Option(help: "File with the peer's request.")
    var request: String?
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let request = try request.map { try InputFile.json($0) }
        let written = try await connection.visit { session in
            let fresh = try FreshFile(file)
            do {
                return try await write(session.client, request, to: fresh.path)
            } catch {
                fresh.remove()
                throw error
            }
        }
        output.show(
            .object([
                "file": .string(file), "to": .string(to), "pieces": .integer(written.pieces),
                "bytes": .integer(written.bytes),
            ]), words: "\(counted(written.pieces, "piece")), \(written.bytes) bytes for \(to)")
    }

    private func write(
        _ client: SiteClient, _ request: JSON?, to path: String
    ) async throws -> (pieces: Int64, bytes: Int64) {
        guard let handle = FileHandle(forWritingAtPath: path) else { throw Failure(.no, "cannot write \(path)") }
        let bar = ProgressBar("writing")
        defer { bar.finish() }
        var counter = PieceCounter()
        try await client.export(to: to, request: request) { bytes in
            do {
                try handle.write(contentsOf: Data(bytes))
            } catch {
                throw Failure(.no, "cannot write \(path); check room on the disk")
            }
            try counter.take(bytes)
            bar.update(counter.bytes, of: 0)
        }
        // What the site broke off in the middle of is no shipment.
        guard counter.isBetweenPieces, counter.pieces > 0 else {
            throw Failure(.unreachable, "the shipment broke off; try again, and see the daemon's log if it does again")
        }
        guard (try? handle.synchronize()) != nil, (try? handle.close()) != nil else {
            throw Failure(.no, "cannot write \(path); check room on the disk")
        }
        return (counter.pieces, counter.bytes)
    }
}
