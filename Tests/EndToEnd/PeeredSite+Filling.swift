import Encodings
import EventStore
import Foundation
import Locking

extension PeeredSite {
    /// Appends signed consents about a hundred people straight to the log, while no daemon has it: what is written is what a daemon writes.
    /// - Parameter readers: whom the consents name, one after another, over and over.
    func fill(_ count: Int, naming readers: [String]) throws {
        let folder = DataFolder(path: data)
        let keys = try SiteKeys.load(from: folder)
        let storage = try SQLiteLogStorage(path: folder.log)
        let vault = try Vault(path: folder.vault, kek: keys.kek)
        let first = try VerifierKey(name: origin, publicKey: keys.checkpoint.publicKey)
        let log = try EventLog(
            storage: storage, signer: try CheckpointSigner(origin: origin, key: keys.checkpoint),
            keys: CheckpointKeys(first: first), vault: vault)
        var done = 0
        while done < count {
            let numbers = Array(done..<min(done + 1_000, count))
            let events = try signed(numbers, naming: readers)
            let size = log.head.size
            let drafts = try zip(numbers, events).map { number, event in
                let person = Self.person(number)
                return EntryDraft(
                    event: event.event, id: event.id, type: "sharing.consent.given.v1", author: agency.id,
                    subject: try vault.stageSubject(identifier: person, at: size + Int64(number - done)),
                    audience: [agency.id, readers[number % readers.count]].sorted(), cause: nil, occurred: event.time,
                    recorded: max(event.time, log.lastRecorded ?? event.time))
            }
            _ = try log.append(drafts)
            done += numbers.count
        }
    }

    /// NHS numbers of a range that is kept for tests.
    private static func person(_ number: Int) -> String {
        let digits = Array(String(format: "999%06d", number % 100)).compactMap(\.wholeNumberValue)
        let sum = zip(digits, (2...10).reversed()).reduce(0) { $0 + $1.0 * $1.1 }
        let check = (11 - sum % 11) % 11
        // Where there is no check digit the next number has one.
        return check == 10 ? person(number + 1) : "nhs:" + digits.map(String.init).joined() + "\(check)"
    }

    private func signed(
        _ numbers: [Int], naming readers: [String]
    ) throws -> [(event: VerifiedEvent, id: UniqueID, time: Instant)] {
        let now = Instant.current
        let made = Locked<[Int: (event: VerifiedEvent, id: UniqueID, time: Instant)]>([:])
        let (author, key, origin) = (agency.id, agency.key, origin)
        DispatchQueue.concurrentPerform(iterations: numbers.count) { place in
            let number = numbers[place]
            let id = UniqueID.random()
            let payload = JSON.object([
                "specversion": "1.0", "id": .text(id), "source": .string(author), "site": .string(origin),
                "type": "sharing.consent.given.v1", "time": .text(now), "subject": .string(Self.person(number)),
                "datacontenttype": "application/json",
                "data": .object([
                    "kind": "confidentiality", "giver": "self", "purposes": ["early-help"], "items": ["*"],
                    "recipients": [.string(readers[number % readers.count])], "method": "written",
                    "from": "2026-01-01",
                ]),
            ])
            guard let event = try? EventSigner.signOwn(payload: payload, key: key) else { return }
            made.withLock { $0[number] = (event, id, now) }
        }
        return made.withLock { made in numbers.compactMap { made[$0] } }
    }
}
