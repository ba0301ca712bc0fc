import Encodings
import SharingPolicy

@testable import SharingModel

extension World {
    /// The smallest world, by taking things away one after the other, of which something still holds.
    func shrunk(while holds: (World) -> Bool) -> World {
        var smallest = self
        var isShrinking = true
        while isShrinking {
            isShrinking = false
            for candidate in smallest.oneSmaller() where holds(candidate) {
                smallest = candidate
                isShrinking = true
                break
            }
        }
        return smallest
    }

    /// Every world with one thing less.
    private func oneSmaller() -> [World] {
        var worlds: [World] = []
        func without<Element>(_ list: WritableKeyPath<World, [Element]>, keep: Int = 0) {
            guard self[keyPath: list].count > keep else { return }
            for place in self[keyPath: list].indices {
                var world = self
                world[keyPath: list].remove(at: place)
                worlds.append(world)
            }
        }
        func plainly<Value: Equatable>(_ path: WritableKeyPath<World, Value>, _ value: Value) {
            guard self[keyPath: path] != value else { return }
            var world = self
            world[keyPath: path] = value
            worlds.append(world)
        }
        without(\.agreements)
        without(\.consents)
        without(\.refusals)
        without(\.openReferrals)
        without(\.objections)
        without(\.courtOrders)
        without(\.shields)
        without(\.deaths)
        without(\.capacity)
        without(\.representatives)
        without(\.bestInterests)
        without(\.received)
        without(\.replicas)
        without(\.question.resolutions)
        without(\.question.items, keep: 1)
        for place in agreements.indices {
            without(\.agreements[place].flows, keep: 1)
            plainly(\.agreements[place].isReadable, true)
            plainly(\.agreements[place].suspended, nil)
            plainly(\.agreements[place].terminated, nil)
            plainly(\.agreements[place].signedUnderRevokedKey, [])
            for flow in agreements[place].flows.indices { plainer(\.agreements[place].flows[flow], without, plainly) }
        }
        for place in consents.indices {
            without(\.consents[place].exceptions)
            plainly(\.consents[place].items, .all)
            plainly(\.consents[place].withdrawal, nil)
            plainly(\.consents[place].isUnderRevokedKey, false)
        }
        for place in refusals.indices { plainly(\.refusals[place].items, .all) }
        for place in question.resolutions.indices {
            without(\.question.resolutions[place].items, keep: 1)
            plainly(\.question.resolutions[place].records, HolderRecords())
        }
        plainly(\.birth, nil)
        plainly(\.isBirthExpected, false)
        plainly(\.question.breakGlass, nil)
        plainly(\.question.records, HolderRecords())
        plainly(\.question.revokedKey, nil)
        plainly(\.question.holder.ended, nil)
        plainly(\.question.recipient.ended, nil)
        plainly(\.question.isNeededForPublicTask, false)
        plainly(\.question.isPersonInformed, false)
        return worlds
    }

    private func plainer(
        _ flow: WritableKeyPath<World, TestFlow>, _ without: (WritableKeyPath<World, [ItemCode]>, Int) -> Void,
        _ plainly: (WritableKeyPath<World, Bool>, Bool) -> Void
    ) {
        without(flow.appending(path: \.items), 1)
        plainly(flow.appending(path: \.openReferral), false)
        plainly(flow.appending(path: \.afterDeath), false)
    }

    /// For people: what is in it, a line each.
    var story: String {
        var lines = [
            "\(question.kind) of \(question.items.map { $0.code.text + ($0.isNoneKnown ? " (none known)" : "") })"
                + " for \(question.purpose) in role \(question.role), \(clock)",
            "holder \(question.holder)", "recipient \(question.recipient)",
            "records \(question.records)",
            "broken glass \(question.breakGlass != nil), public task \(question.isNeededForPublicTask),"
                + " informed \(question.isPersonInformed), revoked key \(question.revokedKey != nil)",
            "birth \(birth ?? "unknown")\(isBirthExpected ? " (expected)" : ""), baseline \(baseline == nil ? "none" : "adopted")",
        ]
        for given in agreements {
            lines.append(
                "agreement \(given.name)/\(given.version) of \(given.parties), \(given.from) to \(given.until ?? "-"),"
                    + " signed by \(given.signedBy ?? given.parties), under revoked keys \(given.signedUnderRevokedKey),"
                    + " suspended \(given.suspended != nil), terminated \(given.terminated != nil),"
                    + " readable \(given.isReadable)")
            lines += given.flows.map { "  flow \($0)" }
        }
        func tell<Fact>(_ name: String, _ facts: [Fact]) { lines += facts.map { "\(name) \($0)" } }
        tell("consent", consents)
        tell("refusal", refusals)
        tell("open referral", openReferrals)
        tell("objection", objections)
        tell("court order", courtOrders)
        tell("shield", shields)
        tell("death", deaths)
        tell("capacity", capacity)
        tell("representative", representatives)
        tell("best interests", bestInterests)
        tell("received", received)
        tell("replica", replicas)
        tell("resolution", question.resolutions)
        var text = lines.joined(separator: "\n")
        for noise in [
            "SharingModel.", "SharingPolicy.", "SharingPolicyTests.", "Encodings.", "Optional",
            "00000000-0000-4000-8000-",
            "OnRecord", "EventReference",
        ] {
            text = text.split(separator: noise).joined()
        }
        return text
    }
}
