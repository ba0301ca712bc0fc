package import Encodings
import SharingModel

extension Explanation {
    /// The path without the decision; events by id and index.
    package var json: JSON {
        .object(["items": .array(items.map(\.json)), "closed": .array(closed.map(\.json))])
    }
}

extension Explanation.Item {
    fileprivate var json: JSON {
        .object([
            "item": .string(item.text), "result": .string(result.rawValue), "flow": .text(orNull: flow),
            "codes": .strings(codes.map(\.rawValue)), "steps": .array(steps.map(\.json)),
            "flows": .array(flows.map(\.json)), "nearest": .text(orNull: nearest),
            "difference": .array(
                needs.map { .object(["code": .string($0.code.rawValue), "text": .string($0.text)]) }),
        ])
    }
}

extension Explanation.StepTaken {
    fileprivate var json: JSON {
        .object([
            "step": .string(step.rawValue), "result": .string(result.rawValue), "flow": .text(orNull: flow),
            "code": .text(orNull: code?.rawValue), "detail": .text(orNull: detail),
            "lifted": .strings(lifted.map(\.rawValue)),
            "facts": .array(facts.map(\.json)),
        ])
    }
}

extension Explanation.FlowTried {
    fileprivate var json: JSON {
        .object([
            "flow": .string(flow), "passed": .strings(passed), "stopped": stopped?.json ?? .null,
            "facts": .array(facts.map(\.json)),
        ])
    }
}

extension Explanation.Stopped {
    fileprivate var json: JSON {
        .object([
            "at": .string(at), "code": .string(code.rawValue), "referred": .bool(isReferred),
            "fact": fact?.json ?? .null, "detail": .text(orNull: detail),
        ])
    }
}

extension EventReference {
    fileprivate var json: JSON { .string(id.description) }
}
