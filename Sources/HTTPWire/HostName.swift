/// Comparing and hashing hosts, whose letters have no case.
public enum HostName {
    /// A hash of a host that does not depend on the case of its letters, nor on the run or the machine.
    ///
    /// Use it as the key of a routing table, and compare with `equalsIgnoringCase` after a hit.
    public static func hash(_ host: UnsafeRawBufferPointer) -> UInt64 {
        guard let base = host.baseAddress else { return 0 }
        let lowering = ByteScan.ones &* 0x20
        let count = host.count
        var hash = UInt64(truncatingIfNeeded: count)
        var position = 0
        while position < count {
            // Among the bytes a host may contain, setting this bit brings together the two cases of a letter only.
            let word = base.partialWord(position, count: count &- position, end: count) | lowering
            hash = Self.mix(hash, word)
            position &+= 8
        }
        return hash
    }

    public static func hash(_ host: String) -> UInt64 {
        var host = host
        return host.withUTF8 { Self.hash(UnsafeRawBufferPointer($0)) }
    }

    /// Multiplies to 128 bits and folds, so that every bit of a word reaches every bit of the hash.
    @inline(__always)
    private static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let product = (hash ^ word ^ 0x2D35_8DCC_AA6C_78A5).multipliedFullWidth(by: 0x8BB8_4B93_962E_ACC9)
        return product.high ^ product.low
    }

    /// Where the name ends in `host[:port]`, or `nil` when this is not a valid host.
    ///
    /// Accepted are names of letters, digits and `-._~`, and IP literals in brackets. The other bytes that RFC 3986
    /// lets into a registered name, such as the comma, are refused: no name of a service has them, and a list of two
    /// hosts looks like one.
    static func nameEnd(_ base: UnsafeRawPointer, from start: Int, to end: Int) -> Int? {
        guard start < end else { return nil }
        var position = start
        if base.byte(start) == UInt8(ascii: "[") {
            position &+= 1
            while position < end, Self.isAddressByte(base.byte(position)) { position &+= 1 }
            guard position < end, position > start &+ 1, base.byte(position) == UInt8(ascii: "]") else { return nil }
            position &+= 1
        } else {
            position = ByteScan.hostName(base, from: start, to: end)
            guard position > start else { return nil }
        }
        guard position == end || Self.isPort(base, from: position, to: end) else { return nil }
        return position
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        Byte.hexValue(byte) != nil || byte == Byte.colon || byte == Byte.dot
    }

    /// Whether a colon and a port number, or nothing after the colon, stand there.
    private static func isPort(_ base: UnsafeRawPointer, from start: Int, to end: Int) -> Bool {
        guard base.byte(start) == Byte.colon, end &- start <= 6 else { return false }
        var port = 0
        for position in start &+ 1..<end {
            guard Byte.isDigit(base.byte(position)) else { return false }
            port = port &* 10 &+ Int(base.byte(position) &- Byte.zero)
        }
        return port <= 65_535
    }
}
