import Encodings
import EventStore
import Shipping
import Support

/// Sites, and a network between them that delays, loses, repeats, reorders and parts, all of it from one seed.
final class Simulation {
    private struct Message {
        enum Content {
            case question(ShipmentRequest)
            case answer([UInt8])
            /// The peer could not answer.
            case failure
        }

        let at: Int64
        /// Which pair of sites, in which direction.
        let link: Int
        let number: Int64
        let content: Content
    }

    /// One site pulling from another.
    private struct Link {
        let origin: Int
        let receiver: Int
        let receiving: Receiving
        var puller: Puller
        /// What was answered to a question, until it is verified.
        var answers: [Int64: [UInt8]] = [:]
        var verified: VerifiedPiece?
        var advances: [Int64] = []
    }

    let sites: [ToySite]
    private var links: [Link] = []
    private var messages: [Message] = []
    private var random: SeededGenerator
    /// Milliseconds.
    private var clock: Int64 = 0
    private var isHealed = false
    /// Pairs of sites that cannot reach each other.
    private var parted: Set<Set<Int>> = []
    private var notes: [ToySite.Written] = []

    init(seed: UInt64) throws {
        random = SeededGenerator(seed: seed)
        // More of the small ones: the number of pairs grows with the square.
        let count = [2, 2, 2, 2, 2, 3, 3, 3, 4, 5, 6].randomElement(using: &random) ?? 2
        sites = try (0..<count).map { try ToySite("site-\($0).example") }
        for receiver in sites.indices {
            for origin in sites.indices where origin != receiver {
                links.append(
                    Link(
                        origin: origin, receiver: receiver,
                        receiving: try Receiving(sites[origin], at: sites[receiver]),
                        puller: Puller(timing: Self.timing, start: now, size: 0, owesAdvance: false, isStopped: false)))
            }
        }
    }

    private static var timing: PullTiming {
        var timing = PullTiming()
        timing.pollMilliseconds = 3_000
        timing.answerSeconds = 10
        return timing
    }

    private var now: Instant { Instant(milliseconds: 1_795_348_800_000 + clock) }

    private func agency(_ site: Int) -> String { "ods:S\(site)" }

    /// Lets time pass with everything going wrong, then heals, and goes on until all know everything.
    /// - Returns: whether they got there.
    func run(steps: Int, most: Int) throws -> Bool {
        for _ in 0..<steps { try step() }
        isHealed = true
        parted = []
        for _ in 0..<most {
            try step()
            if isSettled { return true }
        }
        return false
    }

    private var isSettled: Bool {
        links.allSatisfy { link in
            link.receiving.replica.state.isComplete
                && link.receiving.replica.state.cursor.size == sites[link.origin].log.head.size
        }
    }

    private func step() throws {
        clock += Int64.random(in: 20...400, using: &random)
        for site in sites where site.now < now { site.pass(seconds: 1) }
        if !isHealed { try disturb() }
        let due = messages.filter { $0.at <= clock }
        messages.removeAll { $0.at <= clock }
        for message in due.shuffled(using: &random) { try deliver(message) }
        for link in links.indices { try feed(link, .tick) }
    }

    private func disturb() throws {
        if chance(40) { try happen(at: Int.random(in: sites.indices, using: &random)) }
        if chance(5), sites.count > 2 {
            let pair = Set(sites.indices.shuffled(using: &random).prefix(2))
            if parted.remove(pair) == nil { parted.insert(pair) }
        }
        let link = Int.random(in: links.indices, using: &random)
        if chance(4) {
            // The receiver's process ends: what it had asked for or verified is gone.
            try links[link].receiving.restartReceiver()
            let state = links[link].receiving.replica.state
            links[link].puller = Puller(
                timing: Self.timing, start: now, size: state.cursor.size, owesAdvance: true, isStopped: false)
            links[link].answers = [:]
            links[link].verified = nil
            // Its connections end with it, so that what was on its way reaches nobody.
            messages.removeAll { $0.link == link }
        }
        if chance(4) { links[link].receiving.restartOrigin() }
    }

    /// Something is recorded somewhere.
    private func happen(at place: Int) throws {
        let site = sites[place]
        let other = Int.random(in: sites.indices, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0 where site.keys[agency(other)] == nil: try site.host(agency(other), at: sites[other].origin)
        case 1, 2:
            // What an earlier one of this site released, or an addressed one with its own.
            guard site.keys[agency(place)] != nil else { return try site.host(agency(place), at: site.origin) }
            let subject = chance(50) ? try site.person("nhs:\(Int.random(in: 0..<4, using: &random))") : nil
            let fact = chance(30) ? site.written.randomElement(using: &random)?.id : nil
            let audience = chance(50) ? [agency(other)] : []
            notes.append(
                try site.note(
                    by: agency(place), for: audience, about: subject, secrets: ["open", "reason", "summary", "mental"],
                    fact: fact))
        case 3, 4:
            guard let note = notes.filter({ $0.author == agency(place) }).randomElement(using: &random) else { return }
            let items = ["summary", "mental", "reason", "absent"].filter { _ in chance(40) }
            try site.decide(note, to: agency(other), permits: Set(items))
        default: try site.note(by: site.author)
        }
    }

    private func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private func send(_ link: Int, _ number: Int64, _ content: Message.Content) {
        let pair: Set = [links[link].origin, links[link].receiver]
        guard isHealed || (!parted.contains(pair) && !chance(15)) else { return }
        for _ in 0..<(!isHealed && chance(15) ? 2 : 1) {
            let delay = isHealed ? 50 : Int64.random(in: 10...5_000, using: &random)
            messages.append(Message(at: clock + delay, link: link, number: number, content: content))
        }
    }

    private func deliver(_ message: Message) throws {
        let link = links[message.link]
        switch message.content {
        case .question(let request):
            let piece = try? link.receiving.piece(request, now: now)
            send(message.link, message.number, piece.map { .answer($0.bytes) } ?? .failure)
        case .answer(let bytes):
            links[message.link].answers[message.number] = bytes
            try feed(message.link, .answered(number: message.number))
        case .failure: try feed(message.link, .failed(number: message.number))
        }
    }

    private func feed(_ link: Int, _ input: Puller.Input) throws {
        var inputs = [input]
        while !inputs.isEmpty {
            let outputs = links[link].puller.handle(inputs.removeFirst(), now: now, using: &random)
            for output in outputs {
                if let next = try act(link, output) { inputs.append(next) }
            }
        }
    }

    private func act(_ link: Int, _ output: Puller.Output) throws -> Puller.Input? {
        let receiving = links[link].receiving
        switch output {
        case .ask(let number, _, _):
            send(link, number, .question(receiving.request))
        case .verify(let number):
            guard let bytes = links[link].answers.removeValue(forKey: number) else { return .failed(number: number) }
            do throws(PieceRefusal) {
                let verifier = receiving.verifier(now: now)
                links[link].verified = try verifier.verify(try verifier.parse(bytes))
                receiving.note(bytes)
                return .verified(number: number)
            } catch {
                if case .evidence(let evidence) = error { try receiving.replica.keep(evidence) }
                return .refused(number: number, error.consequence)
            }
        case .commit(let number):
            guard let piece = links[link].verified else { return .refused(number: number, .backOff) }
            try receiving.replica.commit(piece, now: now)
            receiving.note(piece)
            return .committed(
                number: number,
                .init(
                    isComplete: receiving.replica.state.isComplete, broughtEvents: piece.tellsSomething,
                    size: piece.header.to.size))
        case .advance(let size): links[link].advances.append(size)
        case .abandon(let number): links[link].answers[number] = nil
        case .cosignAndAcknowledge, .noteNoAnswer, .raiseAlarm: break
        }
        return nil
    }

    /// Every pair, with how far the receiver's own log was told.
    var pairs: [(receiving: Receiving, advances: [Int64], isStopped: Bool)] {
        links.map { ($0.receiving, $0.advances, $0.puller.state == .stopped) }
    }
}
