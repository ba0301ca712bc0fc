import Encodings
import EventStore
import Foundation
import Locking
import SharingClient
import SharingModel

/// What is posted in a measurement: consents of invented people, or requests for their information, each event different, signed before the clock
/// starts.
///
/// A consent is the ordinary case that costs the site most of what any event costs: a person who is looked up or met for the first time, a sealed body, and
/// a row in the consent register.
struct BenchWorkload: Sendable {
    let agency: AgencyID
    let key: SigningKey
    /// The site that the events are for.
    let origin: String
    let now: Instant
    /// How many people the consents are about.
    let people: Int
    /// Whom they name: an agency, or a kind of agencies.
    var recipient = "council"
    var kind = BenchKind.consent

    /// Events that one task signs.
    private static let slice = 512

    /// Signs events, on all cores.
    func events(_ count: Int) async throws -> [[UInt8]] {
        let persons = BenchPeople.identifiers(people)
        return try await withThrowingTaskGroup(of: (Int, [[UInt8]]).self) { group in
            let starts = Array(stride(from: 0, to: count, by: Self.slice))
            for (place, start) in starts.enumerated() {
                group.addTask {
                    let numbers = start..<min(start + Self.slice, count)
                    return (place, try numbers.map { try event(about: persons[$0 % persons.count]) })
                }
            }
            var slices = [[[UInt8]]](repeating: [], count: starts.count)
            for try await (place, events) in group { slices[place] = events }
            return slices.flatMap(\.self)
        }
    }

    /// Signs events that this process appends itself, on all cores.
    /// - Parameters:
    ///   - numbers: which of them; each is about the person at its number.
    func verified(_ numbers: Range<Int>, about persons: [String]) async throws -> [VerifiedEvent] {
        try await withThrowingTaskGroup(of: (Int, [VerifiedEvent]).self) { group in
            let starts = Array(stride(from: numbers.lowerBound, to: numbers.upperBound, by: Self.slice))
            for (place, start) in starts.enumerated() {
                group.addTask {
                    let slice = start..<min(start + Self.slice, numbers.upperBound)
                    return (
                        place,
                        try slice.map {
                            try EventSigner.signOwn(payload: payload(about: persons[$0 % persons.count]), key: key)
                        }
                    )
                }
            }
            var slices = [[VerifiedEvent]](repeating: [], count: starts.count)
            for try await (place, events) in group { slices[place] = events }
            return slices.flatMap(\.self)
        }
    }

    /// Some events, for those who measure signatures alone.
    func sample() throws -> [[UInt8]] {
        let persons = BenchPeople.identifiers(1)
        return try (0..<256).map { try event(about: persons[$0 % persons.count]) }
    }

    private func event(about person: String) throws -> [UInt8] {
        try EventSigner.sign(payload: payload(about: person), key: key)
    }

    /// What is signed of an event.
    func payload(about person: String) -> JSON {
        .object([
            "specversion": "1.0", "id": .text(UniqueID.ordered(at: .now)), "source": .string(agency.text),
            "site": .string(origin), "type": .string(kind.type.rawValue),
            "time": .string(now.description), "subject": .string(person), "datacontenttype": "application/json",
            "data": data,
        ])
    }

    /// The CloudEvent that a signed event carries, as bytes; nil where this is no signed event.
    static func payload(of event: [UInt8]) -> [UInt8]? {
        let parts = event.split(separator: UInt8(ascii: "."), maxSplits: 2)
        return parts.count == 3 ? Base64.url.decode(parts[1]) : nil
    }

    /// How many Ed25519 signatures of these events one core verifies in a second, and nothing else: what no daemon that checks every signature can
    /// exceed for each core that it has.
    /// - Parameter seconds: how long to measure.
    func verificationsPerSecond(of events: [[UInt8]], seconds: Double) -> Double {
        let signed = events.prefix(256).compactMap { jws -> (message: [UInt8], signature: [UInt8])? in
            guard let dot = jws.lastIndex(of: UInt8(ascii: ".")), let signature = Base64.url.decode(jws[(dot + 1)...])
            else {
                return nil
            }
            return (Array(jws[..<dot]), signature)
        }
        guard !signed.isEmpty else { return 0 }
        let publicKey = key.publicKey
        let start = DispatchTime.now().uptimeNanoseconds
        var elapsed: Double = 0
        var count = 0
        while elapsed < seconds {
            for (message, signature) in signed where publicKey.verifies(signature, over: message) { count += 1 }
            elapsed = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        }
        return Double(count) / elapsed
    }

    /// Processor time of one such verification, in microseconds: what it costs however busy the machine is.
    func processorMicrosecondsOfVerification(of events: [[UInt8]], seconds: Double) -> Double {
        func processorSeconds() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        let (before, stopwatch) = (processorSeconds(), Stopwatch())
        let rate = verificationsPerSecond(of: events, seconds: seconds)
        let count = rate * stopwatch.seconds
        return count > 0 ? (processorSeconds() - before) * 1e6 / count : 0
    }

    /// The same for each core while all of them do so: the sum is what the machine can do.
    func verificationsPerSecondOfEach(of events: [[UInt8]], seconds: Double) -> Double {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let rates = Locked<[Double]>([])
        DispatchQueue.concurrentPerform(iterations: cores) { _ in
            let rate = verificationsPerSecond(of: events, seconds: seconds)
            rates.withLock { $0.append(rate) }
        }
        return rates.withLock { $0.reduce(0, +) } / Double(cores)
    }
}
