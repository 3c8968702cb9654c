/// The two versions that are spoken.
public enum HTTPVersion: UInt8, Sendable, Comparable {
    case http10, http11

    @inlinable
    public static func < (left: HTTPVersion, right: HTTPVersion) -> Bool { left.rawValue < right.rawValue }
}

extension HTTPVersion {
    /// Reads `HTTP/1.0` or `HTTP/1.1`; `nil` when bytes are missing and those that are there fit.
    static func read(_ base: UnsafeRawPointer, from start: Int, end: Int) throws(WireFault) -> HTTPVersion? {
        let prefix: StaticString = "HTTP/"
        for index in 0..<5 {
            guard start + index < end else { return nil }
            guard base.byte(start + index) == prefix.utf8Start[index] else { throw .malformedVersion }
        }
        guard start + 5 < end else { return nil }
        guard Byte.isDigit(base.byte(start + 5)) else { throw .malformedVersion }
        guard start + 6 < end else { return nil }
        guard base.byte(start + 6) == Byte.dot else { throw .malformedVersion }
        guard start + 7 < end else { return nil }
        guard Byte.isDigit(base.byte(start + 7)) else { throw .malformedVersion }
        switch (base.byte(start + 5), base.byte(start + 7)) {
        case (UInt8(ascii: "1"), UInt8(ascii: "0")): return .http10
        case (UInt8(ascii: "1"), UInt8(ascii: "1")): return .http11
        default: throw .unsupportedVersion
        }
    }
}
