import CZlib

/// DEFLATE (RFC 1951) with a dictionary, through zlib.
enum Deflate {
    /// Texts up to here go with the window and tables of a small text: making those ready costs more than packing does.
    private static let smallBytes = 2048

    /// - Parameter dictionary: what the text is likely to repeat; whoever unpacks it needs the same.
    /// - Returns: nil if zlib has no memory.
    static func pack(_ text: [UInt8], dictionary: [UInt8]) -> [UInt8]? {
        let isSmall = text.count <= smallBytes
        var stream = z_stream()
        let started = deflateInit2_(
            &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, isSmall ? -12 : -15, isSmall ? 5 : 8, Z_DEFAULT_STRATEGY,
            ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard started == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        guard setDictionary(dictionary, { deflateSetDictionary(&stream, $0, $1) }) else { return nil }
        let room = Int(deflateBound(&stream, UInt(text.count)))
        return run(text, room: room, &stream) { deflate(&$0, Z_FINISH) }
    }

    /// - Parameter count: of the bytes that come out of it.
    /// - Returns: nil unless exactly as many come out, and all that was put in was needed.
    static func unpack(_ packed: [UInt8], count: Int, dictionary: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        guard setDictionary(dictionary, { inflateSetDictionary(&stream, $0, $1) }) else { return nil }
        let text = run(packed, room: count, &stream) { inflate(&$0, Z_FINISH) }
        return text?.count == count && stream.avail_in == 0 ? text : nil
    }

    private static func setDictionary(
        _ dictionary: [UInt8], _ set: (UnsafePointer<UInt8>?, UInt32) -> Int32
    ) -> Bool {
        dictionary.withUnsafeBufferPointer { set($0.baseAddress, UInt32($0.count)) } == Z_OK
    }

    /// Everything in one call, to its end.
    private static func run(
        _ input: [UInt8], room: Int, _ stream: inout z_stream, _ work: (inout z_stream) -> Int32
    ) -> [UInt8]? {
        var input = input
        var isDone = false
        let output = input.withUnsafeMutableBufferPointer { input in
            [UInt8](unsafeUninitializedCapacity: room) { output, count in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(room)
                isDone = work(&stream) == Z_STREAM_END
                count = room - Int(stream.avail_out)
            }
        }
        return isDone ? output : nil
    }
}
