package import Encodings

extension Decision: Record {
    init(reading members: inout MemberReader) {
        outcome = members.required("outcome", .oneOf())
        shareFirst = members.required("shareFirst", .flag)
        breakGlass = members.required("breakGlass", .flag)
        // In one order, however the signed event conceals and arranges them.
        items = members.required("items", .list(.record(), 0...10_000)).sorted { $0.item < $1.item }
        nearest = members.optional("nearest", .record())
        obligations = members.optional("obligations", .list(.record(), 0...64), default: [])
        facts = members.optional("facts", .list(.uuid, 0...10_000), default: [])
        policy = members.required("policy", .digest)
        at = members.required("at", .whole(0...Int64.max))
        clock = members.required("clock", .time)
        replicas = members.optional("replicas", .list(.record(), 0...256), default: [])
        validUntil = members.optional("validUntil", .time)
        contact = members.optional("contact", .prose)
        notice = members.optional("notice", .prose)
    }
}

extension ItemDecision: Record {
    init(reading members: inout MemberReader) {
        item = members.required("item", .item)
        result = members.required("result", .oneOf())
        flow = members.optional("flow", .label)
        codes = members.optional("codes", .list(.oneOf(), 0...RefusalCode.allCases.count), default: [])
    }
}

extension Nearest: Record {
    init(reading members: inout MemberReader) {
        flow = members.required("flow", .label)
        failed = members.required("failed", .word)
        code = members.required("code", .oneOf())
        fact = members.optional("fact", .uuid)
        detail = members.optional("detail", .prose)
    }
}

extension Obligation: Record {
    init(reading members: inout MemberReader) {
        kind = members.required("kind", .word)
        value = members.required("value", .prose)
    }
}

extension Replica: Record {
    init(reading members: inout MemberReader) {
        origin = members.required("origin", .origin)
        size = members.required("size", .whole(0...Int64.max))
        asOf = members.required("asOf", .time)
    }
}

extension Decision {
    /// Reads a decision, whole or as one side may see it: what is concealed is simply not there.
    /// - Throws: `InvalidEvent` with every violation, pointers from the decision on.
    package init(json: JSON) throws(InvalidEvent) {
        let report = ReadingReport()
        Self.schema.check(json, report)
        guard report.isClean, let decision = Self.read(json, report), report.isClean else {
            throw InvalidEvent(violations: report.violations)
        }
        self = decision
    }

    static let schema: Schema = .object(Decision.described().shape)

    /// The decision as DOMAIN §5 lists it, members in that order; what there is none of is left out, lists are kept.
    package var json: JSON {
        .object([
            "outcome": .string(outcome.rawValue),
            "shareFirst": .bool(shareFirst),
            "breakGlass": .bool(breakGlass),
            "items": .array(items.map(\.json)),
            "nearest": nearest?.json,
            "obligations": .array(
                obligations.map { .object(["kind": .string($0.kind), "value": .string($0.value)]) }),
            "facts": .strings(facts.map(\.description)),
            "policy": .string(policy),
            "at": .integer(at),
            "clock": .string(clock.description),
            "replicas": .array(
                replicas.map {
                    .object([
                        "origin": .string($0.origin), "size": .integer($0.size), "asOf": .string($0.asOf.description),
                    ])
                }),
            "validUntil": validUntil.map { .string($0.description) },
            "contact": contact.map { .string($0) },
            "notice": notice.map { .string($0) },
        ])
    }
}

extension ItemDecision {
    package var json: JSON {
        .object([
            "item": .string(item.text),
            "result": .string(result.rawValue),
            "flow": flow.map { .string($0) },
            "codes": codes.isEmpty ? nil : .strings(codes.map(\.rawValue)),
        ])
    }
}

extension Nearest {
    package var json: JSON {
        .object([
            "flow": .string(flow),
            "failed": .string(failed),
            "code": .string(code.rawValue),
            "fact": fact.map { .string($0.description) },
            "detail": detail.map { .string($0) },
        ])
    }
}
