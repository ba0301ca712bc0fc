import Encodings
import SharingClient
import SharingModel

extension OutputOptions {
    /// Prints what became of an event, and ends with 4 where what it asked for was refused, with 1 where a person has to decide first.
    /// - Parameter noun: what was posted: `referral`.
    func show(_ receipt: PostedReceipt, _ noun: String) throws {
        switch format {
        case .json: Output.json(receipt.json)
        case .csv:
            var table = TextTable(["id", "index", "recorded", "outcome"])
            table.add([receipt.id.description, String(receipt.index), receipt.recorded.description, receipt.outcome])
            Output.raw(table.csv)
        case .table:
            let outcome = Colour.ofOutcome(receipt.outcome).apply(receipt.outcome)
            let recorded = "\(noun) \(receipt.id) recorded at \(receipt.index)"
            Output.line(receipt.outcome == "recorded" ? recorded : recorded + ": " + outcome)
            if let decision = receipt.decision { try show(words: decision) }
        }
        try end(with: receipt.outcome)
    }

    private func show(words decision: JSON) throws {
        guard let decision = try? Decision(json: decision) else { return }
        Output.raw(DecisionWords(decision).indented)
    }

    /// Ends the command as the outcome of a decision asks.
    func end(with outcome: String) throws(Quiet) {
        switch outcome {
        case "refused": throw Quiet(status: .refused)
        case "referred": throw Quiet(status: .no)
        default: break
        }
    }
}
