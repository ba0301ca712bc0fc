import Encodings
import EventStore
import Foundation
import Support
import Testing

@testable import Shipping

/// Two to six sites exchange their logs over a bad network. When it heals, every replica is its log's, holds exactly what its site is
/// entitled to, and nothing that ever came held more.
@Suite struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment

    /// `SHARING_SEED` runs one again that failed.
    private static let seeds: [UInt64] =
        environment["SHARING_SEED"].flatMap { UInt64($0) }.map { [$0] }
        ?? Array(1...(environment["SHARING_SOAK"] == "1" ? 2000 : 100))

    @Test(arguments: seeds)
    func `after everything went wrong, all know what they may, and no more`(seed: UInt64) throws {
        let simulation = try Simulation(seed: seed)
        #expect(try simulation.run(steps: 70, most: 4000), "all come to know everything")
        for pair in simulation.pairs {
            let (origin, receiver, replica) = (
                pair.receiving.origin, pair.receiving.receiver, pair.receiving.replica
            )
            #expect(replica.state.edge.root == origin.log.head.root)
            #expect(!pair.isStopped)
            #expect(try pair.receiving.kinds().isEmpty, "honest sites leave no evidence")
            let expected = origin.expected(at: receiver.origin)
            #expect(try pair.receiving.contents() == expected)
            #expect(replica.state.addressed.count == Int64(expected.count))
            #expect(pair.advances == pair.advances.sorted())
            try restarted(pair.receiving)
            try leaksNothing(pair.receiving, expected)
        }
    }

    /// A restart finds the same again.
    private func restarted(_ receiving: Receiving) throws {
        let before = receiving.replica.state
        try receiving.restartReceiver()
        let after = receiving.replica.state
        #expect(after.cursor == before.cursor && after.edge.root == before.edge.root)
        #expect(after.awaited.isEmpty && before.awaited.isEmpty)
        var (left, right) = (before.addressed, after.addressed)
        #expect(left.digest() == right.digest())
        #expect(after.checkpoint == before.checkpoint)
    }

    /// Nothing that came, sealed or opened, on the way or at rest, holds an id, a text or a value that the receiver is not entitled to.
    private func leaksNothing(_ receiving: Receiving, _ expected: [UniqueID: Set<String>]) throws {
        var haystack = Data()
        for bytes in receiving.received { haystack.append(contentsOf: bytes) }
        for arrival in receiving.opened {
            haystack.append(contentsOf: arrival.entry.bytes)
            guard let body = arrival.body else { continue }
            haystack.append(contentsOf: body.plain)
            // What is base64url there, in clear.
            let event = try UnverifiedEvent(parsing: body.compact, disclosures: .some)
            haystack.append(contentsOf: event.payloadBytes)
            for disclosure in event.disclosures { haystack.append(contentsOf: disclosure.value.bytes) }
        }
        let folder = receiving.receiver.folder.url
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
        where name.hasPrefix("replica-" + receiving.origin.origin) {
            haystack.append(try Data(contentsOf: folder.appending(path: name)))
        }
        let words = Self.words(in: haystack)
        for event in receiving.origin.written {
            let may = expected[event.id]
            let isNamed = receiving.origin.written.contains {
                ($0.releases == event.id || $0.fact == event.id) && expected[$0.id] != nil
            }
            // Whoever may have a decision may know which event it is about.
            if may == nil, !isNamed { #expect(!words.contains(event.id.description), "an id") }
            if may == nil, !event.text.isEmpty {
                #expect(!words.contains(String(event.text.dropFirst(5).prefix(36))), "a text")
            }
            for (name, value) in event.secrets where may?.contains(name) != true {
                #expect(!words.contains(String(value.dropFirst(7))), "a value")
            }
        }
    }

    /// Every UUID in the bytes: ids, texts and values all hold one that stands nowhere else.
    private static func words(in bytes: Data) -> Set<String> {
        var words: Set<String> = []
        bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress else { return }
            var place = 8
            // A UUID has its first hyphen behind eight digits.
            while place < buffer.count, let found = memchr(start + place, 0x2D, buffer.count - place) {
                let hyphen = UnsafeRawPointer(found) - start
                place = hyphen + 1
                guard hyphen + 28 <= buffer.count, buffer[hyphen + 5] == 0x2D else { continue }
                let window = buffer[(hyphen - 8)..<(hyphen + 28)]
                if let text = String(validating: window, as: UTF8.self), UniqueID(text) != nil { words.insert(text) }
            }
        }
        return words
    }
}
