import ArgumentParser
import Encodings
import SharingClient

struct PeerImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take in a shipment that a peer wrote to a file.",
        discussion: """
            Piece by piece, each verified and kept on its own. What is here already is passed over, so a file can be taken again, also after \
            an interruption, and an older one does no harm. One that begins elsewhere than this site is says where it is. A piece that does not verify ends it, and is kept as evidence.

            EXAMPLE
              sharectl peer import /media/stick/trust.shipment
            """)

    @Argument(help: "The file.")
    var file: String
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    /// What came of it.
    private struct Tally {
        var taken: Int64 = 0
        var passed: Int64 = 0
        var events: Int64 = 0
        var last: JSON?
    }

    func run() async throws {
        let pieces = try PieceFile(file)
        let tally = try await connection.visit { try await Self.take(pieces, to: $0.client) }
        let isComplete = tally.last?["complete"] == true
        output.show(
            .object([
                "origin": tally.last?["origin"], "pieces": .integer(tally.taken), "passedOver": .integer(tally.passed),
                "events": .integer(tally.events), "cursor": tally.last?["cursor"],
                "complete": tally.last.map { _ in .bool(isComplete) }, "advanced": tally.last?["advanced"],
            ]), words: Self.words(tally, isComplete: isComplete))
    }

    private static func take(_ pieces: PieceFile, to client: SiteClient) async throws -> Tally {
        var tally = Tally()
        var done: Int64 = 0
        let bar = ProgressBar("taking in")
        defer { bar.finish() }
        while let piece = try pieces.next() {
            if let answer = try await hand(piece, to: client) {
                tally.taken += 1
                tally.events += answer["events"]?.integer ?? 0
                tally.last = answer
            } else {
                tally.passed += 1
            }
            done += Int64(piece.count)
            bar.update(done, of: pieces.sizeBytes)
        }
        guard tally.taken + tally.passed > 0 else { throw Failure(.no, "the file is empty") }
        return tally
    }

    /// - Returns: nil for a piece that tells nothing new.
    private static func hand(_ piece: [UInt8], to client: SiteClient) async throws -> JSON? {
        do throws(ClientError) {
            return try await client.import(piece: piece)
        } catch {
            guard case .problem(let problem) = error else { throw error }
            switch problem.code {
            case "shipment-already-here": return nil
            case "shipment-not-next":
                throw Failure(
                    .refused,
                    "\(problem); give the peer what `sharectl peer request ORIGIN` prints here, for `peer export --request` there"
                )
            default: throw error
            }
        }
    }

    private static func words(_ tally: Tally, isComplete: Bool) -> String {
        guard let last = tally.last else {
            return
                "nothing new: \(counted(tally.passed, "piece")) that \(tally.passed == 1 ? "is" : "are") here already"
        }
        return """
            \(last.cell("origin")): \(counted(tally.events, "event")) in \(counted(tally.taken, "piece")), \(tally.passed) here already
            known up to \(last.cell("cursor"))\(isComplete ? ", which is all that it had" : "; there is more to come")
            """
    }
}
