import Dispatch
import Foundation

/// Work on a list that all cores share.
public enum AllCores {
    /// Into how many parts each core's share of a long list is cut: one that is busy elsewhere leaves most of them to the others.
    private static let sharesOfOneCore = 4

    /// What `work` makes of each element, in their order.
    ///
    /// The calling thread works too and takes what nobody else does, so on a busy machine it is done as soon as it would be alone.
    /// - Parameter atOnce: how many elements a thread takes at a time at least: enough that taking them costs little beside working on them. A
    ///   list that is no longer is worked through here.
    public static func map<Element: Sendable, Made: Sendable>(
        _ list: [Element], atOnce: Int, _ work: @Sendable (Element) -> Made
    ) -> [Made] {
        guard list.count > atOnce else { return list.map(work) }
        let share = list.count / (ProcessInfo.processInfo.activeProcessorCount * sharesOfOneCore)
        let atOnce = max(atOnce, share)
        let starts = Array(stride(from: 0, to: list.count, by: atOnce))
        let made = Locked<[Int: [Made]]>([:])
        DispatchQueue.concurrentPerform(iterations: starts.count) { number in
            let start = starts[number]
            let part = list[start..<min(start + atOnce, list.count)].map(work)
            made.withLock { $0[number] = part }
        }
        return made.withLock { made in starts.indices.flatMap { made[$0] ?? [] } }
    }
}
