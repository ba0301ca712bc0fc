/// The place of a tile of hashes (C2SP tlog-tiles v0.1.0): hash i of tile n at level L is the root of the leaves
/// [(n·256+i)·256^L, (n·256+i+1)·256^L).
public struct TilePlace: Hashable, Sendable {
    /// Hashes of a full tile.
    public static let width: Int64 = 256
    /// Bytes of a full tile.
    public static let fullBytes = 8192

    public let level: Int
    public let number: Int64

    public init(level: Int, number: Int64) {
        self.level = level
        self.number = number
    }

    /// How many hashes the last tile at a level has in a tree; 0 where there is none.
    public static func lastWidth(level: Int, size: Int64) -> Int64 { hashCount(level: level, size: size) % width }

    /// How many hashes a level has in a tree: floor(size / 256^level).
    public static func hashCount(level: Int, size: Int64) -> Int64 { level < 8 ? size >> Int64(8 * level) : 0 }

    /// `tile/<L>/<N>`, or `tile/<L>/<N>.p/<W>` for a partial one.
    public func path(width: Int64 = TilePlace.width) -> String {
        "tile/\(level)/" + Self.numberPath(number, width: width)
    }

    /// `tile/entries/<N>`, or with `.p/<W>` for a partial bundle.
    public static func entriesPath(number: Int64, width: Int64 = TilePlace.width) -> String {
        "tile/entries/" + numberPath(number, width: width)
    }

    /// Groups of three digits, all but the last led by `x`: 1234067 is `x001/x234/067`.
    private static func numberPath(_ number: Int64, width: Int64) -> String {
        var groups: [String] = []
        var rest = number
        repeat {
            let digits = String(rest % 1000)
            groups.append((groups.isEmpty ? "" : "x") + String(repeating: "0", count: 3 - digits.count) + digits)
            rest /= 1000
        } while rest > 0
        let path = groups.reversed().joined(separator: "/")
        return width == TilePlace.width ? path : path + ".p/\(width)"
    }
}

/// A run of hashes that fills a tile.
public struct FullTile: Sendable, Hashable {
    public let place: TilePlace
    /// 256 hashes, 8,192 bytes.
    public let hashes: [UInt8]
}
