import Encodings
import EventStore

/// A verification's result for people and for machines: the same wherever one is made.
struct VerificationPrinting {
    let report: VerificationReport

    /// The members of the result, in the order in which they are printed.
    var members: [(String, JSON?)] {
        [
            ("sound", .bool(report.isSound)), ("origin", report.checkpoint.map { .string($0.origin) }),
            ("size", report.checkpoint.map { .integer($0.size) }),
            ("root", report.checkpoint.map { .string($0.root.base64) }),
            ("provenSize", .integer(report.provenSize)), ("vouchedSize", .integer(report.vouchedSize)),
            ("entries", .integer(report.entries)),
            ("bodies", .integer(report.bodies)), ("unavailable", .integer(report.unavailable)),
            ("checkpoints", .integer(report.checkpoints)), ("tiles", .integer(report.tiles)),
            ("people", .integer(report.people)), ("identifiers", .integer(report.identifiers)),
            ("vaultSawSize", report.vaultSawSize.map { .integer($0) }),
            ("findingCount", .integer(report.findingCount)),
            (
                "findings",
                .array(
                    report.findings.map { finding in
                        .object([
                            "kind": .string(finding.kind.rawValue), "index": finding.index.map { .integer($0) },
                            "detail": .string(finding.detail),
                        ])
                    })
            ),
            ("proved", .strings(report.proved)), ("lost", .strings(report.lost)),
        ]
    }

    func json(adding more: [(String, JSON?)] = []) -> JSON {
        var object = JSONObject()
        for (name, value) in members + more { if let value { object[name] = value } }
        return .object(object)
    }

    /// What is wrong, then what was seen.
    var lines: [String] {
        var lines = report.findings.map { Colour.red.apply("wrong") + "  \($0.description)" }
        let unlisted = report.findingCount - Int64(report.findings.count)
        if unlisted > 0 { lines.append("… and \(unlisted) more") }
        if let checkpoint = report.checkpoint {
            lines.append("log          \(checkpoint.origin), size \(checkpoint.size), root \(checkpoint.root.base64)")
        }
        lines.append(
            "entries      \(report.entries), in \(report.tiles) full tiles, under \(report.checkpoints) checkpoints")
        lines.append(
            "bodies       \(report.bodies) opened, each with its author's signature"
                + (report.unavailable > 0 ? "; \(report.unavailable) not opened" : ""))
        if report.people > 0 {
            lines.append(
                "vault        the keys of \(counted(report.people, "person", many: "people")), \(counted(report.identifiers, "identifier"))"
            )
        }
        if let saw = report.vaultSawSize {
            lines.append(
                Colour.yellow.apply("older")
                    + "        the log is older than the vault, which saw it at size \(saw): what came since is not here"
            )
        }
        if !report.isSound {
            lines += report.proved.map { "proved       \($0)" }
            lines += report.lost.map { "lost         \($0)" }
        }
        return lines
    }

    var verdict: String {
        report.isSound
            ? Colour.green.apply("sound") + ": nothing is wrong"
            : Colour.red.apply("not sound") + ": \(report.findingCount) findings"
    }
}
