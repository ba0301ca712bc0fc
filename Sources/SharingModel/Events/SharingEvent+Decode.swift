package import Encodings

extension SharingEvent {
    /// Reads a verified event, strictly (LOGFORMAT §9, DOMAIN §2).
    ///
    /// The signed payload is checked against its type's schema first, which finds everything wrong with it at once; then it is read from the
    /// payload with its disclosures put in place, and the rules between members are looked at.
    /// - Parameters:
    ///   - payload: as it was signed, digests standing for what is disclosed beside it.
    ///   - resolved: the same with every disclosure put in place.
    ///   - sdPointers: JSON pointers of the objects in which an `_sd` stood, and of the arrays that held a concealed element.
    /// - Throws: `InvalidEvent` with every violation found (at most 100); none holds a value from the event.
    package static func decode(
        payload: JSON, resolved: JSON, sdPointers: [String]
    ) throws(InvalidEvent) -> SharingEvent {
        let report = ReadingReport()
        let typeName = payload["type"]?.string ?? ""
        let type = EventType(rawValue: typeName)
        if type == nil, typeName.hasPrefix(EventType.prefix) {
            report.add(
                "unknown-type", "not a type of event that this site knows",
                hint: nearest(to: typeName, among: EventType.allCases.map(\.rawValue)).map { "did you mean `\($0)`?" },
                at: [.member("type")])
        }
        let shape = type.flatMap { EventShape.known[$0] } ?? .foreign
        // A decision's reasons may be concealed anywhere in it, so its schema is that of the whole decision.
        shape.schema.check(type?.mayConceal == true ? resolved : payload, report)
        if report.isClean { checkConcealment(sdPointers, type, report) }
        guard report.isClean else { throw InvalidEvent(violations: report.violations) }
        let data = resolved["data"].flatMap { json in
            report.within(.member("data")) { shape.readData(json, report) }
        }
        let envelope = EnvelopeMembers.read(payload, report)?.envelope
        guard report.isClean, let data, let envelope else {
            // A value that its schema lets pass and that nevertheless cannot be read is our own fault, and is refused all the same.
            if report.violations.isEmpty {
                report.add("unreadable", "the event cannot be read; report this as a defect")
            }
            throw InvalidEvent(violations: report.violations)
        }
        return SharingEvent(envelope: envelope, data: data)
    }

    /// Content is concealed as a whole and nothing else is, but for the reasons in a decision of the site.
    private static func checkConcealment(_ pointers: [String], _ type: EventType?, _ report: ReadingReport) {
        let allowed: (String) -> Bool = { pointer in
            switch type {
            case let type? where type.hasContent: pointer == "/data/content"
            case let type? where type.mayConceal: pointer == "/data/decision" || pointer.hasPrefix("/data/decision/")
            default: false
            }
        }
        for pointer in pointers where !allowed(pointer) {
            guard !report.isFull else { return }
            let steps = pointer.split(separator: "/").map { ReadingReport.Step.member(String($0)) }
            report.add("not-concealable", "nothing but content may be disclosed selectively", at: steps)
        }
    }
}
