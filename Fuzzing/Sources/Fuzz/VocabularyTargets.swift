import Encodings
import SharingFHIR

@testable import SharingModel

extension FuzzTarget {
    static let vocabulary: [FuzzTarget] = [
        FuzzTarget(name: "identifier", check: identifier), FuzzTarget(name: "event-data", check: eventData),
        FuzzTarget(name: "agreement", check: agreement), FuzzTarget(name: "baseline", check: baseline),
        FuzzTarget(name: "fhir", check: fhir),
    ]

    /// Agencies, people, codes and dates: each has one spelling, and a person's is never printed.
    @Sendable static func identifier(_ bytes: [UInt8]) -> Bool {
        guard let text = text(bytes) else { return false }
        var accepted = false
        if let agency = try? AgencyID(text) {
            accepted = true
            holds(same(agency.text, text), "an agency has one spelling")
        }
        if let person = try? PersonIdentifier(text) {
            accepted = true
            holds(same(person.text, text), "a person's identifier has one spelling")
            let value = text.drop { $0 != ":" }.dropFirst()
            holds(!person.description.contains(value), "a person's identifier is not printed")
            holds(!"\(person)".contains(value) && !String(reflecting: person).contains(value), "nor in a text")
        }
        if let code = ItemCode(text) {
            accepted = true
            holds(same(code.text, text) && code.covers(code), "a code has one spelling, and covers itself")
        }
        if let date = DateOrTime(text) {
            accepted = true
            holds(DateOrTime(date.description) == date, "a date is read as it was written")
        }
        return accepted
    }

    /// The payload of an event; on a second line, what its concealed content would be.
    @Sendable static func eventData(_ bytes: [UInt8]) -> Bool {
        let lines = bytes.split(separator: 0x0A, maxSplits: 1).map { Array($0) }
        guard let first = lines.first, let payload = try? JSON.parse(first) else { return false }
        var resolved = payload
        var pointers: [String] = []
        if lines.count > 1, let content = try? JSON.parse(lines[1]), var members = payload.object,
            var data = members["data"]?.object
        {
            data["content"] = content
            members["data"] = .object(data)
            resolved = .object(members)
            pointers = ["/data/content"]
        }
        do throws(InvalidEvent) {
            let event = try SharingEvent.decode(payload: payload, resolved: resolved, sdPointers: pointers)
            let again = try? SharingEvent.decode(payload: payload, resolved: resolved, sdPointers: pointers)
            holds(again == event, "an event is read the same each time")
            holds(payload["type"]?.string.map { same($0, event.envelope.type) } == true, "an event is of its type")
            return true
        } catch {
            holds((1...100).contains(error.violations.count), "a refusal says why, in bounds")
            holds(!error.violations.contains { $0.code == "unreadable" }, "what its schema lets pass can be read")
            return false
        }
    }

    @Sendable static func agreement(_ bytes: [UInt8]) -> Bool {
        guard let text = text(bytes) else { return false }
        do throws(DocumentError) {
            let document = try AgreementDocument(parsing: text, file: "agreement")
            holds(bytes.count <= Limits.documentBytes, "what was accepted is no larger than the limit")
            holds((try? Agreement.parse(yaml: text, file: "other")) == document.agreement, "it is read the same again")
            guard let baseline = Seeds.baseline else { return true }
            check(AgreementCheck.problems(in: document, against: baseline), in: text)
            return true
        } catch {
            check(error.problems, in: text)
            holds(!error.problems.isEmpty, "a refusal says why")
            return false
        }
    }

    @Sendable static func baseline(_ bytes: [UInt8]) -> Bool {
        guard let text = text(bytes) else { return false }
        do throws(DocumentError) {
            let baseline = try Baseline.parse(yaml: text, file: "baseline")
            holds(bytes.count <= Limits.documentBytes, "what was accepted is no larger than the limit")
            holds((try? Baseline.parse(yaml: text, file: "other")) == baseline, "it is read the same again")
            return true
        } catch {
            check(error.problems, in: text)
            holds(!error.problems.isEmpty, "a refusal says why")
            return false
        }
    }

    /// Problems point into the file.
    private static func check(_ problems: [DocumentProblem], in text: String) {
        // A line can end in any of YAML's breaks, and a mark may stand behind the last line.
        let lines = text.unicodeScalars.count { "\n\r\u{85}\u{2028}\u{2029}".unicodeScalars.contains($0) } + 2
        for problem in problems {
            holds((0...lines).contains(problem.line) && problem.column >= 0, "a problem points into the file")
        }
    }

    /// A FHIR message from outside: read or refused, the same each time.
    @Sendable static func fhir(_ bytes: [UInt8]) -> Bool {
        guard let json = try? JSON.parse(bytes) else { return false }
        guard let read = try? FHIRImport.read(json) else { return false }
        holds((try? FHIRImport.read(json))?.referralData == read.referralData, "a message is read the same each time")
        return true
    }
}
