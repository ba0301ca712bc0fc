extension UniqueID {
    /// A UUID of version 7 (RFC 9562 §5.7): the time in milliseconds, then 74 random bits.
    ///
    /// For ids of events. A site looks events up by their ids, and ids that are made one after the other stand next to each other in its indexes; random
    /// ones stand anywhere, so that each costs a page to read and a page to write in a log of many millions. It tells when it was made,
    /// which the event's `time` says anyway. Never for what is to be unguessable or to say nothing, such as a person's reference.
    public static func ordered(at time: Instant) -> UniqueID {
        var generator = SystemRandomNumberGenerator()
        return ordered(at: time, using: &generator)
    }

    public static func ordered(at time: Instant, using generator: inout some RandomNumberGenerator) -> UniqueID {
        let random = UniqueID.random(using: &generator)
        var bytes = random.bytes
        for place in 0..<6 { bytes[place] = UInt8(truncatingIfNeeded: time.milliseconds >> Int64(40 - 8 * place)) }
        bytes[6] = bytes[6] & 0x0F | 0x70
        return UniqueID(bytes: bytes) ?? random
    }
}
