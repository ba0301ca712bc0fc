import SharingModel

extension Explanation {
    /// The path in words, a line each; what is under an item is indented.
    /// - Parameter event: how an event is told: `event 00… (sharing.consent.given.v1, recorded 2026-03-01)`.
    package func lines(_ event: (EventReference) -> String) -> [String] {
        var lines = items.flatMap { $0.lines(event) }
        if !closed.isEmpty {
            lines.append("flows of the holder that are not about this:")
            lines += closed.map { "  " + $0.line(event) }
        }
        return lines
    }
}

extension Explanation.Item {
    fileprivate func lines(_ event: (EventReference) -> String) -> [String] {
        var lines = ["\(item): \(result.rawValue)" + (codes.isEmpty ? "" : " (\(codes[0].rawValue))")]
        lines += steps.map { "  " + $0.line(event) }
        lines += flows.map { "  tried " + $0.line(event) }
        if let nearest { lines.append("  nearest to a permit: \(nearest)") }
        if !needs.isEmpty {
            lines.append("  what would have made the difference: " + needs.map(\.text).joined(separator: "; and "))
        }
        return lines
    }
}

extension Explanation.StepTaken {
    /// `break-glass: permitted through x/1/y; it lifted: … (consent-absent)`
    package func line(_ event: (EventReference) -> String) -> String {
        var text = "\(step.inWords): \(answer)"
        if !lifted.isEmpty {
            text += "; lifted: " + lifted.map { "\($0.inWords) (\($0.rawValue))" }.joined(separator: "; ")
        }
        if !facts.isEmpty { text += "; rests on " + facts.map(event).joined(separator: ", ") }
        return text
    }

    private var answer: String {
        let because = code.map { " because \($0.inWords) (\($0.rawValue))" } ?? ""
        let detail = detail.map { ", \(Nearest.inWords(detail: $0))" } ?? ""
        switch (step, result) {
        case (.duties, _): return "only a person of the holder may refuse it\(detail)"
        case (.shareFirst, .permitted): return "permitted at once, and reviewed"
        case (.oneOff, .permitted): return "permitted for this once, and reviewed"
        case (_, .permitted): return "permitted" + (flow.map { " through \($0)" } ?? "")
        case (.telling, _): return "told as \(code?.inWords ?? "") (\(code?.rawValue ?? ""))"
        case (_, .withheld): return "withheld\(because)\(detail)"
        case (_, .referred): return "waits for the holder\(because)\(detail)"
        }
    }
}

extension Explanation.FlowTried {
    /// `x/1/y: passed parties, dates; stopped at consent: there is no consent that serves (consent-absent)`
    package func line(_ event: (EventReference) -> String) -> String {
        guard let stopped else {
            return "\(flow): permits" + (facts.isEmpty ? "" : "; rests on " + facts.map(event).joined(separator: ", "))
        }
        var text = flow + (passed.isEmpty ? "" : ": passed " + passed.joined(separator: ", "))
        text +=
            "\(passed.isEmpty ? ":" : ";") stopped at \(stopped.at): \(stopped.code.inWords) (\(stopped.code.rawValue))"
        if let detail = stopped.detail { text += ", \(detail)" }
        if let fact = stopped.fact { text += ", " + event(fact) }
        if stopped.isReferred { text += "; the holder's people may still settle it" }
        return text
    }
}
