import ArgumentParser
import Encodings
import SharingClient

struct PeerList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the peers and how far each log is known here.",
        discussion: """
            State: caught-up; behind, there is more than has come; new, nothing has come; unreachable; stopped, there is evidence against it \
            and nothing is taken until somebody has looked (`peer show`, `peer resume`); removed. What was verified before stays usable in \
            every state. Trouble: the kind of evidence, or the code of what failed last (OPERATIONS.md, section 11); `ahead-of-us`, it has \
            more of this site's log than there is here. Age counts from the peer's own clock, when it said that this was all there is.

            EXAMPLE
              sharectl peer list
              sharectl peer list --format csv
            """)

    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await connection.visit { session in
            let answer = try await session.client.get("/v1/peers")
            var table = TextTable(["peer", "state", "entries", "for us", "behind", "age", "verified", "trouble"])
            for peer in try answer.rows("peers") {
                table.add([
                    peer.cell("origin"), peer.cell("state"), peer.cell("size"), peer.cell("events"),
                    peer.cell("lagEvents"), peer["lagSeconds"]?.integer.map(PeerWords.age) ?? "",
                    peer.cell("verified"), PeerWords(peer).trouble,
                ])
            }
            output.show(table, json: answer, none: "no peers; an operator adds them with `sharectl peer add`")
        }
    }
}

/// A peer as `GET /v1/peers` has it, for people.
struct PeerWords {
    let peer: JSON

    init(_ peer: JSON) { self.peer = peer }

    /// What speaks against it first, then what failed last; what is over or settled is for `peer show`.
    var trouble: String {
        guard peer["state"] != "removed" else { return "" }
        let open = (peer["evidence"]?.array ?? []).filter { $0["stops"] == true && $0["settled"] != true }
        let kinds = open.compactMap { $0["kind"]?.string } + (isAhead ? ["ahead-of-us"] : [])
        var seen: Set<String> = []
        let distinct = kinds.filter { seen.insert($0).inserted }
        guard distinct.isEmpty else { return distinct.joined(separator: " ") }
        return peer["state"] == "caught-up" ? "" : peer["failure"]?.cell("code") ?? ""
    }

    /// Whether the peer says that it has more of this site's log than there is: an older backup was restored here.
    var isAhead: Bool { peer["theyHave"]?["ahead"] == true }

    static func age(_ seconds: Int64) -> String {
        switch seconds {
        case ..<120: "\(max(seconds, 0)) s"
        case ..<7_200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) d"
        }
    }

    var text: String {
        var lines = ["peer         \(peer.cell("origin"))", "url          \(peer.cell("url"))"]
        lines.append("state        \(Self.colour(peer.cell("state")))")
        lines.append(
            "entries      \(peer.cell("size")) of \(peer.cell("checkpoint")) verified, \(peer.cell("events")) for this site"
        )
        if let age = peer["lagSeconds"]?.integer {
            lines.append("age          \(Self.age(age)), as of \(peer.cell("asOf")) by its own clock")
        }
        if let size = peer["recorded"]?.integer { lines.append("in our log   up to \(size)") }
        if let theirs = peer["theyHave"] {
            let more = isAhead ? ", which is more than there are: was an older backup restored here?" : ""
            lines.append("they have    \(theirs.cell("size")) of our entries, said \(theirs.cell("time"))\(more)")
        }
        if let failure = peer["failure"] {
            lines.append("last failure \(failure.cell("code")), \(failure.cell("time"))")
        }
        for evidence in peer["evidence"]?.array ?? [] {
            let weight = evidence["settled"] == true ? "settled" : evidence["stops"] == true ? "stops" : "kept"
            lines.append(
                "evidence     \(evidence.cell("kind")), \(evidence.cell("found")), \(weight): \(evidence.cell("detail"))"
            )
        }
        return lines.map(TextTable.printable).joined(separator: "\n")
    }

    private static func colour(_ state: String) -> String {
        switch state {
        case "stopped": Colour.red.apply(state)
        case "caught-up": Colour.green.apply(state)
        default: state
        }
    }
}
