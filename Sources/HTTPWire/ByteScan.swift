/// Finds where a run of allowed bytes ends, eight bytes at a step.
///
/// The tests for eight bytes at once are the usual ones on machine words: `(w - 0x20…) & ~w` has the high bit of each
/// byte below 0x20 set. A subtraction may borrow and flag a byte wrongly, but only above one that is flagged rightly,
/// so the lowest flag is always true, and only the lowest is used.
enum ByteScan {
    static let ones: UInt64 = 0x0101_0101_0101_0101
    static let highs: UInt64 = 0x8080_8080_8080_8080

    /// The high bit of each byte that equals `byte`; only the lowest flag is sure.
    @inline(__always)
    static func equal(_ word: UInt64, _ byte: UInt8) -> UInt64 {
        let difference = word ^ (Self.ones &* UInt64(byte))
        return (difference &- Self.ones) & ~difference & Self.highs
    }

    /// The high bit of each byte that is below `limit`, which is at most 0x80; only the lowest flag is sure.
    @inline(__always)
    static func below(_ word: UInt64, _ limit: UInt8) -> UInt64 {
        (word &- Self.ones &* UInt64(limit)) & ~word & Self.highs
    }

    @inline(__always)
    private static func lowest(_ flags: UInt64) -> Int { flags.trailingZeroBitCount &>> 3 }

    /// The first line feed, or `end`.
    static func lineFeed(_ base: UnsafeRawPointer, from start: Int, to end: Int) -> Int {
        var position = start
        while position &+ 8 <= end {
            let hit = Self.equal(base.word(position), Byte.lineFeed)
            if hit != 0 { return position &+ Self.lowest(hit) }
            position &+= 8
        }
        while position < end, base.byte(position) != Byte.lineFeed { position &+= 1 }
        return position
    }

    /// The first byte that a field value may not contain, which the end of its line is, or `end`.
    @inline(__always)
    static func fieldValue(_ base: UnsafeRawPointer, from start: Int, to end: Int) -> Int {
        var position = start
        while position &+ 8 <= end {
            let word = base.word(position)
            let hit = Self.below(word, 0x20) | Self.equal(word, Byte.delete)
            guard hit != 0 else {
                position &+= 8
                continue
            }
            position &+= Self.lowest(hit)
            guard base.byte(position) == Byte.tab else { return position }
            position &+= 1
        }
        while position < end, Byte.isFieldValue(base.byte(position)) { position &+= 1 }
        return position
    }

    /// The first byte that a request target may not contain, or `end`.
    ///
    /// Refused are controls, the space, the fragment sign and everything beyond ASCII.
    ///
    /// - Parameter stopsAtQuery: Whether a question mark ends the run as well.
    @inline(__always)
    static func target(_ base: UnsafeRawPointer, from start: Int, to end: Int, stopsAtQuery: Bool) -> Int {
        var position = start
        while position &+ 8 <= end {
            let word = base.word(position)
            var hit = Self.below(word, 0x21) | Self.equal(word, Byte.delete) | Self.equal(word, UInt8(ascii: "#"))
            hit |= word & Self.highs
            if stopsAtQuery { hit |= Self.equal(word, Byte.questionMark) }
            if hit != 0 { return position &+ Self.lowest(hit) }
            position &+= 8
        }
        while position < end {
            let byte = base.byte(position)
            guard byte > Byte.space, byte < Byte.delete, byte != UInt8(ascii: "#") else { break }
            if stopsAtQuery && byte == Byte.questionMark { break }
            position &+= 1
        }
        return position
    }

    /// The first byte that is none of a token, or `end`.
    ///
    /// Names of fields are letters, digits and hyphens but for rare exceptions, so those are tested eight at a time
    /// and only what stops that test is looked up; and that is nearly always the colon.
    @inline(__always)
    static func token(_ base: UnsafeRawPointer, from start: Int, to end: Int) -> Int {
        var position = start
        while position &+ 8 <= end {
            let stops = ~Self.alphanumericOrHyphen(base.word(position)) & Self.highs
            guard stops != 0 else {
                position &+= 8
                continue
            }
            position &+= Self.lowest(stops)
            let byte = base.byte(position)
            guard byte != Byte.colon, Byte.isToken(byte) else { return position }
            position &+= 1
        }
        while position < end, Byte.isToken(base.byte(position)) { position &+= 1 }
        return position
    }

    /// The first byte that is none of a host name, or `end`.
    @inline(__always)
    static func hostName(_ base: UnsafeRawPointer, from start: Int, to end: Int) -> Int {
        var position = start
        while position &+ 8 <= end {
            let word = base.word(position)
            let stops = ~(Self.alphanumericOrHyphen(word) | Self.dot(word)) & Self.highs
            guard stops != 0 else {
                position &+= 8
                continue
            }
            position &+= Self.lowest(stops)
            let byte = base.byte(position)
            guard byte != Byte.colon, Byte.isHostName(byte) else { return position }
            position &+= 1
        }
        while position < end, Byte.isHostName(base.byte(position)) { position &+= 1 }
        return position
    }

    /// The high bit of each byte that is an ASCII letter, a digit or a hyphen; every flag is sure.
    @inline(__always)
    private static func alphanumericOrHyphen(_ word: UInt64) -> UInt64 {
        // Without the high bits no sum below can carry from one byte into the next.
        let low = word & ~Self.highs
        let lowered = low | Self.ones &* 0x20
        let letter = (lowered &+ Self.ones &* 0x1F) & ~(lowered &+ Self.ones &* 0x05)
        let digit = (low &+ Self.ones &* 0x50) & ~(low &+ Self.ones &* 0x46)
        let hyphen = ~((low ^ Self.ones &* 0x2D) &+ Self.ones &* 0x7F)
        return (letter | digit | hyphen) & ~word & Self.highs
    }

    /// The high bit of each byte that is a dot; every flag is sure.
    @inline(__always)
    private static func dot(_ word: UInt64) -> UInt64 {
        ~(((word & ~Self.highs) ^ Self.ones &* 0x2E) &+ Self.ones &* 0x7F) & ~word & Self.highs
    }
}
