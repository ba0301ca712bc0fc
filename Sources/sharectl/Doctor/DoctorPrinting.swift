import Encodings
import SharingClient
import SharingService

/// What the doctor found, for people and for machines.
struct DoctorPrinting {
    let findings: [DoctorFinding]

    var isWell: Bool { count(.trouble) == 0 }

    private func count(_ severity: DoctorFinding.Severity) -> Int { findings.count { $0.severity == severity } }

    var json: JSON {
        .object([
            "well": .bool(isWell), "trouble": .integer(Int64(count(.trouble))),
            "warnings": .integer(Int64(count(.warning))),
            "findings": .array(
                findings.map { finding in
                    .object([
                        "check": .string(finding.check), "severity": .string(finding.severity.rawValue),
                        "what": .string(finding.what), "do": finding.remedy.map(JSON.string),
                    ])
                }),
        ])
    }

    var table: TextTable {
        var table = TextTable(["check", "severity", "what", "do"])
        for finding in findings {
            table.add([finding.check, finding.severity.rawValue, finding.what, finding.remedy ?? ""])
        }
        return table
    }

    /// A line for each finding, with what to do under it, and a verdict.
    var words: String {
        let width = findings.map(\.check.count).max() ?? 0
        var lines: [String] = []
        for finding in findings {
            let severity = finding.severity.rawValue
            let label =
                Self.colour(finding.severity).apply(severity) + String(repeating: " ", count: 8 - severity.count)
            let check = finding.check + String(repeating: " ", count: width - finding.check.count)
            lines.append("\(label) \(check)  \(finding.what)")
            if let remedy = finding.remedy {
                lines.append(String(repeating: " ", count: 11 + width) + remedy)
            }
        }
        lines.append(
            isWell
                ? Colour.green.apply("no trouble") + ", \(count(.warning)) warnings"
                : Colour.red.apply("trouble") + ": \(count(.trouble)), and \(count(.warning)) warnings")
        return lines.joined(separator: "\n")
    }

    private static func colour(_ severity: DoctorFinding.Severity) -> Colour {
        switch severity {
        case .ok: .green
        case .warning: .yellow
        case .trouble: .red
        }
    }
}
