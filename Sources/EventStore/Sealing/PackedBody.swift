import Encodings

/// A body about a person in few bytes, as it is sealed: what base64url blew up is small again, and what the entry beside it says is not said
/// twice.
///
///     packed = 0x00 || body
///            | 0x01 || salt[32] || signature[64] || length[3] || DEFLATE(parts)
///     parts  = header 0xFF payload (0xFF disclosure)*
///
/// The parts are decoded, `length` is the number of their bytes, big-endian, and the dictionary is `PackingPhrases` and then the entry. Packing
/// is exact: base64url has one spelling for the same bytes, no strict JSON has the byte 0xFF, and what would not come out as it went in
/// is kept as it is. A body is packed by itself, with nothing of another's, so its size tells no more of it than sizes do.
enum PackedBody {
    private enum Form: UInt8 {
        case plain = 0
        case packed = 1
    }

    private static let between: UInt8 = 0xFF
    private static let saltEnd = 1 + OpenedBody.saltBytes
    private static let signatureEnd = saltEnd + signatureBytes
    private static let start = signatureEnd + 3
    private static let signatureBytes = 64

    /// - Parameters:
    ///   - body: salt, then the event as it was posted.
    ///   - entry: its bytes.
    static func pack(_ body: [UInt8], beside entry: [UInt8]) -> [UInt8] {
        guard let (parts, signature) = parts(of: body), parts.count <= longest,
            let deflated = Deflate.pack(parts, dictionary: PackingPhrases.bytes + entry),
            start + deflated.count <= body.count
        else { return [Form.plain.rawValue] + body }
        var packed: [UInt8] = []
        packed.reserveCapacity(start + deflated.count)
        packed.append(Form.packed.rawValue)
        packed.append(contentsOf: body[..<OpenedBody.saltBytes])
        packed.append(contentsOf: signature)
        for shift in [16, 8, 0] { packed.append(UInt8(truncatingIfNeeded: parts.count >> shift)) }
        packed.append(contentsOf: deflated)
        return packed
    }

    /// - Returns: nil if these bytes are no packed body, or not of this entry.
    static func unpack(_ packed: [UInt8], beside entry: [UInt8]) -> [UInt8]? {
        guard let form = packed.first.flatMap(Form.init) else { return nil }
        switch form {
        case .plain: return Array(packed.dropFirst())
        case .packed:
            guard packed.count > start else { return nil }
            let count = packed[signatureEnd..<start].reduce(0) { $0 << 8 | Int($1) }
            guard count <= longest,
                let text = Deflate.unpack(
                    Array(packed[start...]), count: count, dictionary: PackingPhrases.bytes + entry)
            else { return nil }
            return body(salt: packed[1..<saltEnd], signature: packed[saltEnd..<signatureEnd], text)
        }
    }

    /// What an event's parts can have at most: they are three quarters of it.
    private static let longest = Limits.eventBytes

    /// The parts and the signature; nil where they would not give the same body again.
    private static func parts(of body: [UInt8]) -> (parts: [UInt8], signature: [UInt8])? {
        let (dot, tilde) = (UInt8(ascii: "."), UInt8(ascii: "~"))
        guard let first = body.place(of: dot, from: OpenedBody.saltBytes),
            let second = body.place(of: dot, from: first + 1)
        else { return nil }
        let end = body.place(of: tilde, from: OpenedBody.saltBytes) ?? body.count
        guard second < end, let signature = Base64.url.decode(body[(second + 1)..<end]),
            signature.count == signatureBytes, end == body.count || (body.last == tilde && end + 1 < body.count)
        else { return nil }
        var encoded = [OpenedBody.saltBytes..<first, (first + 1)..<second]
        var start = end + 1
        while let next = body.place(of: tilde, from: start) {
            encoded.append(start..<next)
            start = next + 1
        }
        var parts: [UInt8] = []
        parts.reserveCapacity(body.count)
        for (place, range) in encoded.enumerated() {
            guard let decoded = Base64.url.decode(body[range]), decoded.place(of: between, from: 0) == nil else {
                return nil
            }
            if place > 0 { parts.append(between) }
            parts.append(contentsOf: decoded)
        }
        return (parts, signature)
    }

    private static func body(
        salt: ArraySlice<UInt8>, signature: ArraySlice<UInt8>, _ text: [UInt8]
    ) -> [UInt8]? {
        var parts: [Range<Int>] = []
        var start = 0
        while let end = text.place(of: between, from: start) {
            parts.append(start..<end)
            start = end + 1
        }
        parts.append(start..<text.count)
        guard parts.count >= 2 else { return nil }
        var body: [UInt8] = []
        body.reserveCapacity(salt.count + (text.count + signature.count) / 3 * 4 + 4 * parts.count + 8)
        body.append(contentsOf: salt)
        for part in parts[..<2] {
            body.append(contentsOf: Base64.url.encodeToBytes(text[part]))
            body.append(UInt8(ascii: "."))
        }
        body.append(contentsOf: Base64.url.encodeToBytes(signature))
        if parts.count > 2 { body.append(UInt8(ascii: "~")) }
        for part in parts[2...] {
            body.append(contentsOf: Base64.url.encodeToBytes(text[part]))
            body.append(UInt8(ascii: "~"))
        }
        return body
    }
}
