import Encodings

/// The cases of a YAML file, complete and each with its place.
package struct CaseDocument: Sendable {
    package let about: String
    package let cases: [PolicyCase]
    private let places: DocumentPlaces

    /// - Parameter file: its name, for problems.
    /// - Throws: `DocumentError` with everything that is wrong: an unknown member, a case that is like one that is not there or like itself,
    ///   something that neither the case nor its file says.
    package init(parsing yaml: String, file: String) throws(DocumentError) {
        let (record, places) = try CaseFile.parse(yaml, file)
        var completion = CaseCompletion(file: record, places: places)
        cases = record.cases.indices.compactMap { completion.complete($0) }
        about = record.about
        self.places = places
        guard completion.problems.isEmpty else {
            throw DocumentError(problems: completion.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
        }
    }

    /// What is wrong with a file that a case names, told at the place where it does.
    package func problem(with reference: CaseReference, code: String, message: String) -> DocumentProblem {
        places.problem(
            at: reference.pointer, code: code, message: message,
            hint: "the path is taken from the folder of \(places.file)")
    }
}

/// Fills in what cases leave to the case that they are like, and to their file.
private struct CaseCompletion {
    let file: CaseFile
    let places: DocumentPlaces
    private(set) var problems: [DocumentProblem] = []
    private let numbers: [String: Int]

    init(file: CaseFile, places: DocumentPlaces) {
        self.file = file
        self.places = places
        numbers = Dictionary(file.cases.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    mutating func complete(_ number: Int) -> PolicyCase? {
        let part = file.cases[number]
        let pointer = "/cases/\(number)"
        guard let line = lineage(of: number) else { return nil }
        let given = line.reversed().reduce(file.given) { file.cases[$1].given.over($0) }
        let when = line.reversed().reduce(file.when) { file.cases[$1].when.over($0) }
        let count = problems.count
        let facts = facts(given, line, pointer + "/given")
        let question = question(when, pointer + "/when")
        if let question {
            check(question, pointer + "/when")
            for agency in [question.from, question.to] where given.agencies?[agency] == nil {
                fail(
                    "unknown-reference", at: pointer + "/when", "\(agency) is not among the agencies given",
                    hint: "describe it under `given: agencies:`, for the file or for the case")
            }
        }
        guard problems.count == count, let facts, let question else { return nil }
        return PolicyCase(
            name: part.name, rule: part.rule, given: facts, when: question, expect: part.expect, file: places.file,
            line: places.place(of: pointer, preferringKey: false)?.line ?? 0)
    }

    /// The case, the case that it is like, and so on; nil, and a problem, where that leads nowhere or in a circle.
    private mutating func lineage(of number: Int) -> [Int]? {
        var line = [number]
        while let name = line.last.flatMap({ file.cases[$0].like }) {
            let place = "/cases/\(number)/like"
            guard let next = numbers[name] else {
                fail(
                    "unknown-reference", at: place, "no case of this file is called `\(name)`",
                    hint: nearest(to: name, among: numbers.keys).map { "did you mean `\($0)`?" })
                return nil
            }
            guard !line.contains(next) else {
                fail(
                    "cyclic-reference", at: place,
                    "`\(file.cases[number].name)` is like `\(name)`, which leads back to where it came from",
                    hint: "one of them must say everything itself")
                return nil
            }
            line.append(next)
        }
        return line
    }

    private mutating func facts(_ given: GivenPart, _ line: [Int], _ pointer: String) -> CaseFacts? {
        let pointers = line.map { "/cases/\($0)/given" } + ["/given"]
        let parts = line.map { file.cases[$0].given } + [file.given]
        /// Where the member that counts stands.
        func place(_ name: String, _ isThere: (GivenPart) -> Bool) -> String {
            let index = parts.firstIndex(where: isThere) ?? pointers.endIndex - 1
            return pointers[index] + "/" + name
        }
        guard let baseline = needed(given.baseline, "baseline", pointer),
            let clock = needed(given.clock, "clock", pointer)
        else { return nil }
        let listed = place("agreements") { $0.agreements != nil }
        let born: CaseBirth? = if case .on(let birth)? = given.born { birth } else { nil }
        return CaseFacts(
            baseline: CaseReference(path: baseline, pointer: place("baseline") { $0.baseline != nil }),
            agreements: (given.agreements ?? []).enumerated().map { index, part in
                CaseAgreement(
                    document: CaseReference(path: part.file, pointer: "\(listed)/\(index)"), signedBy: part.signedBy,
                    suspended: part.suspended, terminated: part.terminated, unreadable: part.unreadable)
            }, agencies: given.agencies ?? [:], clock: clock, born: born, consents: given.consents ?? [],
            refusals: given.refusals ?? [], referrals: given.referrals ?? [], replicas: given.replicas ?? [],
            objections: given.objections ?? [], courtOrders: given.courtOrders ?? [], shields: given.shields ?? [],
            deaths: given.deaths ?? [], capacity: given.capacity ?? [], representatives: given.representatives ?? [],
            bestInterests: given.bestInterests ?? [], received: given.received ?? [])
    }

    private mutating func question(_ when: WhenPart, _ pointer: String) -> CaseQuestion? {
        guard let act = needed(when.act, "act", pointer), let from = needed(when.from, "from", pointer),
            let to = needed(when.to, "to", pointer), let purpose = needed(when.purpose, "purpose", pointer),
            let items = needed(when.items, "items", pointer), let role = needed(when.role, "role", pointer)
        else { return nil }
        return CaseQuestion(
            act: act, from: from, to: to, purpose: purpose, items: items, role: role,
            keyRevoked: when.keyRevoked ?? false, records: when.records, breakGlass: when.breakGlass,
            publicTask: when.publicTask ?? false, informed: when.informed ?? false, noneKnown: when.noneKnown ?? [],
            resolutions: when.resolutions ?? [])
    }

    /// What cannot be said of such an act: nobody could post it.
    private mutating func check(_ question: CaseQuestion, _ pointer: String) {
        let isRequest = question.act == .request
        if isRequest, question.records != HolderRecords() {
            fail(
                "conflict", at: pointer, "a request holds nothing that the holder records",
                hint: "put it in one of the `resolutions`, or ask what becomes of a delivery")
        }
        if question.act == .referral, question.breakGlass != nil || question.publicTask {
            fail(
                "conflict", at: pointer, "`breakGlass` and `publicTask` are said by somebody who asks",
                hint: "ask what becomes of a request, or of the delivery that answers one")
        }
        if isRequest, !question.noneKnown.isEmpty || question.informed {
            fail(
                "conflict", at: pointer, "`noneKnown` and `informed` are said by somebody who offers",
                hint: "ask what becomes of a referral or delivery")
        }
        for item in question.noneKnown where !question.items.contains(item) {
            fail(
                "unknown-reference", at: pointer + "/noneKnown", "`\(item)` is not among the items offered",
                hint: "an item of which none is known is offered too: name it under `items`")
        }
    }

    private mutating func needed<Value>(_ value: Value?, _ name: String, _ pointer: String) -> Value? {
        if value == nil {
            fail(
                "missing-member", at: pointer, "`\(name)` is said neither here nor for the whole file",
                hint: "add it to the case, or at the head of the file for all cases")
        }
        return value
    }

    private mutating func fail(_ code: String, at pointer: String, _ message: String, hint: String? = nil) {
        problems.append(places.problem(at: pointer, code: code, message: message, hint: hint))
    }
}
