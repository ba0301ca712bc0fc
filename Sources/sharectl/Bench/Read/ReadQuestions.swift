import Encodings
import Foundation
import SharingModel

/// What people and systems ask of a site all day, drawn at random.
struct ReadQuestions {
    private var asker: ReadAsker
    private let persons: [String]
    private let events: Int
    private var source: SeededSource

    /// Asked of each kind before anything is counted.
    private static let warmUp = 50
    /// Rows of a page.
    private static let page = 100

    init(asker: ReadAsker, persons: [String], events: Int, seed: UInt64) {
        self.asker = asker
        self.persons = persons
        self.events = events
        source = SeededSource(seed: seed)
    }

    /// Asks so many questions of each kind.
    mutating func ask(_ count: Int) throws -> [(name: String, latencies: BenchLatencies)] {
        let kinds: [(name: String, nanoseconds: (inout ReadQuestions) throws -> UInt64)] = [
            ("look a person up", { try $0.lookUp().took }),
            ("a person's consents", { try $0.consents() }),
            ("one event", { try $0.event() }),
            ("its proof", { try $0.proof() }),
            ("a page of events", { try $0.pageOfEvents() }),
            ("a page of disclosures", { try $0.pageOfDisclosures() }),
            ("would it be permitted", { try $0.decision() }),
        ]
        return try kinds.map { name, nanoseconds in
            for _ in 0..<min(count, Self.warmUp) { _ = try nanoseconds(&self) }
            var taken: [UInt64] = []
            for _ in 0..<count { taken.append(try nanoseconds(&self)) }
            return (name, BenchLatencies(nanoseconds: taken))
        }
    }

    private mutating func person() -> String { persons[Int.random(in: 0..<persons.count, using: &source)] }

    private mutating func lookUp() throws -> (subject: String, took: UInt64) {
        let identifier = person()
        let (answer, took) = try asker.ask(
            "POST", "/v1/subjects/lookup", .object(["identifier": .string(identifier)]))
        guard let subject = try JSON.parse(answer)["subject"]?.string else { throw BenchError.unreadableAnswer }
        return (subject, took)
    }

    private mutating func consents() throws -> UInt64 {
        let subject = try lookUp().subject
        return try asker.ask("GET", "/v1/consents?subject=\(subject)").took
    }

    /// The id of an event somewhere in the log.
    private mutating func id() throws -> String {
        let page = try asker.ask("GET", "/v1/events?from=\(place())&limit=1").answer
        guard let id = try JSON.parse(page)["events"]?.array?.first?["entry"]?["id"]?.string else {
            throw BenchError.unreadableAnswer
        }
        return id
    }

    private mutating func place() -> Int { Int.random(in: 0..<max(events - Self.page, 1), using: &source) }

    private mutating func event() throws -> UInt64 { try asker.ask("GET", "/v1/events/\(id())").took }

    private mutating func proof() throws -> UInt64 { try asker.ask("GET", "/v1/events/\(id())/proof").took }

    private mutating func pageOfEvents() throws -> UInt64 {
        try asker.ask("GET", "/v1/events?from=\(place())&limit=\(Self.page)").took
    }

    private mutating func pageOfDisclosures() throws -> UInt64 {
        try asker.ask("GET", "/v1/disclosures?limit=\(Self.page)").took
    }

    /// A question of the holder's: facts are gathered and judged, nothing is recorded.
    private mutating func decision() throws -> UInt64 {
        let question: JSON = .object([
            "subject": .string(person()), "from": .string(BenchLog.agency), "to": .string(BenchLog.other),
            "purpose": "early-help", "items": ["identity", "contact"],
            "actor": .object(["id": "worker-1", "role": "social-worker"]),
        ])
        return try asker.ask("POST", "/v1/decisions", question).took
    }
}
