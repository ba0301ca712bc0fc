import Encodings
import EventStore
import Foundation
import Projections
import SharingModel
import SharingPolicy
import SharingService

/// Answers questions as the registrar does, one after the other on one thread, and times each.
struct DecideRun {
    /// What a row of questions took.
    struct Timing {
        /// Facts and judgement, a question, in nanoseconds.
        var whole: [UInt64] = []
        /// The judge alone.
        var judged: [UInt64] = []
        /// Facts and judgement in processor time of the thread: what the machine's other work does not lengthen.
        var processor: [UInt64] = []
        /// How many questions came out how.
        var outcomes: [Decision.Outcome: Int] = [:]
    }

    let questions: DecideQuestions
    private let reader: ProjectionReader
    private let gathering: FactGathering
    private var shelf = PolicyShelf()

    /// - Parameter files: what the registrar remembers of persons; nil to read everything for every question.
    init(_ questions: DecideQuestions, _ reader: ProjectionReader, files: PersonFiles?) throws {
        self.questions = questions
        self.reader = reader
        gathering = FactGathering(reader: reader, keys: try KeyBook(reader), files: files, replicas: [])
    }

    /// - Parameter numbers: which questions.
    mutating func answer(_ numbers: Range<Int>) throws -> Timing {
        var timing = Timing()
        timing.whole.reserveCapacity(numbers.count)
        timing.judged.reserveCapacity(numbers.count)
        timing.processor.reserveCapacity(numbers.count)
        for number in numbers {
            let asked = questions.question(number)
            let processor = Self.threadNanoseconds
            let start = DispatchTime.now().uptimeNanoseconds
            let (question, facts) = try facts(for: asked, at: Int64(number))
            let gathered = DispatchTime.now().uptimeNanoseconds
            let decision = Judge.decide(question, facts)
            let end = DispatchTime.now().uptimeNanoseconds
            timing.processor.append(Self.threadNanoseconds - processor)
            timing.whole.append(end - start)
            timing.judged.append(end - gathered)
            timing.outcomes[decision.outcome, default: 0] += 1
        }
        return timing
    }

    /// The question with the facts that it is judged on.
    mutating func facts(for asked: DecideQuestions.Asked, at index: Int64) throws -> (Question, Facts) {
        let world = questions.world
        let question = try gathering.question(
            asked.task, about: EventReference(id: world.subjects[asked.person].id, index: index))
        let facts = try gathering.facts(
            about: world.subjects[asked.person], for: question, at: index, now: world.clock, shelf: &shelf)
        return (question, facts)
    }

    /// Has every person's file read once.
    mutating func readEverybody(_ progress: (Int, Int) -> Void) throws {
        let asked = questions.question(0)
        for person in 0..<questions.world.persons {
            _ = try facts(for: DecideQuestions.Asked(person: person, task: asked.task), at: 0)
            if person % 1_000 == 0 { progress(person, questions.world.persons) }
        }
    }

    /// Processor time of this thread so far.
    private static var threadNanoseconds: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
