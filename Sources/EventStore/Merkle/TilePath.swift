/// What a path of tlog-tiles v0.1.0 names: `tile/<L>/<N>[.p/<W>]` or `tile/entries/<N>[.p/<W>]`.
public struct TilePath: Hashable, Sendable, CustomStringConvertible {
    /// What stands there.
    public enum Content: Hashable, Sendable {
        /// Hashes of a level, 0 to 63.
        case hashes(level: Int)
        /// Entries, each led by its length.
        case entries
    }

    public let content: Content
    /// N: which tile, or which bundle of entries.
    public let number: Int64
    /// How many hashes or entries; 256 is a full one, 1 to 255 a partial one.
    public let width: Int64

    static let topLevel = 63
    /// `tile/entries/` and seven groups of digits, which is as many as an `Int64` has, with `.p/255`.
    private static let longestBytes = 64

    /// - Precondition: level, number and width are in their ranges.
    init(_ content: Content, number: Int64, width: Int64 = TilePlace.width) {
        self.content = content
        self.number = number
        self.width = width
    }

    /// Nil for every spelling but the one of the specification: no leading zeros, signs, empty groups, or a width
    /// of 0 or 256.
    public init?(_ path: some StringProtocol) {
        guard path.utf8.count <= Self.longestBytes else { return nil }
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)[...]
        guard parts.popFirst() == "tile", let kind = parts.popFirst() else { return nil }
        if kind == "entries" {
            content = .entries
        } else {
            guard let level = Int(kind), (0...Self.topLevel).contains(level) else { return nil }
            content = .hashes(level: level)
        }
        if let last = parts.last, parts.count >= 2, parts[parts.endIndex - 2].hasSuffix(".p") {
            guard let width = Int64(last), (1..<TilePlace.width).contains(width) else { return nil }
            self.width = width
            parts.removeLast()
            parts[parts.endIndex - 1] = parts[parts.endIndex - 1].dropLast(2)
        } else {
            width = TilePlace.width
        }
        var number: Int64 = 0
        for part in parts {
            guard let group = Int64(part.hasPrefix("x") ? part.dropFirst() : part[...]), (0..<1000).contains(group)
            else { return nil }
            let (product, tooLarge) = number.multipliedReportingOverflow(by: 1000)
            let (sum, overflow) = product.addingReportingOverflow(group)
            guard !tooLarge, !overflow else { return nil }
            number = sum
        }
        self.number = number
        // What was read loosely above is held against what would be written.
        guard description == path else { return nil }
    }

    public var description: String {
        switch content {
        case .hashes(let level): TilePlace(level: level, number: number).path(width: width)
        case .entries: TilePlace.entriesPath(number: number, width: width)
        }
    }

    /// How many hashes of the level, or entries, a tree has: nothing beyond them is served.
    func available(size: Int64) -> Int64 {
        switch content {
        case .hashes(let level): TilePlace.hashCount(level: level, size: size)
        case .entries: size
        }
    }

    /// The positions within the level, or of the entries, that the path names; nil where the tree has not all of them.
    func range(size: Int64) -> Range<Int64>? {
        let (first, overflow) = number.multipliedReportingOverflow(by: TilePlace.width)
        guard !overflow, number >= 0 else { return nil }
        let available = available(size: size)
        guard first < available, width <= available - first else { return nil }
        return first..<(first + width)
    }

    /// Every path of the static layout of a tree: full tiles and the last partial one of each level, then the same of
    /// the entries. Lazy, because a large tree has many.
    static func layout(size: Int64) -> some Sequence<TilePath> {
        let levels = (0...topLevel).lazy.prefix { TilePlace.hashCount(level: $0, size: size) > 0 }.map {
            Content.hashes(level: $0)
        }
        return (Array(levels) + (size > 0 ? [.entries] : [])).lazy.flatMap { content in
            let count = TilePath(content, number: 0).available(size: size)
            let last = (count - 1) / TilePlace.width
            return (0...last).lazy.map { number in
                TilePath(content, number: number, width: min(TilePlace.width, count - number * TilePlace.width))
            }
        }
    }
}
