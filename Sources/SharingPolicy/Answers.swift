import SharingModel

/// What was said to each item so far, in the order of the items.
struct Answers {
    private(set) var items: [ItemInQuestion]
    private var answers: [Answer?]

    init(to items: [ItemInQuestion] = []) {
        self.items = items
        answers = Array(repeating: nil, count: items.count)
    }

    var hasOpen: Bool { answers.contains { $0 == nil } }

    subscript(code: ItemCode) -> Answer? { place(of: code).flatMap { answers[$0] } }

    func contains(_ code: ItemCode) -> Bool { place(of: code) != nil }

    /// Answers what nobody has answered yet.
    /// - Parameter answer: nil where it has nothing to say to an item.
    mutating func answerOpen(_ answer: (ItemInQuestion) -> Answer?) {
        for place in items.indices where answers[place] == nil { answers[place] = answer(items[place]) }
    }

    /// Goes through what was answered.
    /// - Parameter revision: nil where the answer stays as it is.
    mutating func revise(_ revision: (ItemInQuestion, Answer) -> Answer?) {
        for place in items.indices {
            guard let answer = answers[place], let revised = revision(items[place], answer) else { continue }
            answers[place] = revised
        }
    }

    /// The answers there are, each with its item.
    var said: [(item: ItemCode, answer: Answer)] {
        zip(items, answers).compactMap { item, answer in answer.map { (item.code, $0) } }
    }

    func forEach(_ body: (ItemInQuestion, Answer) -> Void) {
        for place in items.indices {
            if let answer = answers[place] { body(items[place], answer) }
        }
    }

    func contains(where predicate: (ItemInQuestion, Answer) -> Bool) -> Bool {
        items.indices.contains { place in answers[place].map { predicate(items[place], $0) } ?? false }
    }

    /// Takes in the answers to further items.
    mutating func add(_ others: Answers) {
        let both = zip(items + others.items, answers + others.answers).sorted { $0.0.code < $1.0.code }
        (items, answers) = (both.map(\.0), both.map(\.1))
    }

    private func place(of code: ItemCode) -> Int? { items.place(of: code) }
}

extension [ItemInQuestion] {
    /// How many are looked through one by one: equal texts are faster to find than smaller ones.
    private static var few: Int { 8 }

    /// Where an item stands in a sorted list.
    func place(of code: ItemCode) -> Int? {
        if count <= Self.few { return firstIndex { $0.code == code } }
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].code < code { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low].code == code ? low : nil
    }
}
