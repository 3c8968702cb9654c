/// A request method that this house treats by name; every other valid one is `other`.
public enum HTTPMethod: UInt8, Sendable {
    case other, get, head, post, put, delete, connect, options, trace, patch

    /// The method a token names; methods are case-sensitive.
    @inline(__always)
    init(_ base: UnsafeRawPointer, from start: Int, to methodEnd: Int, end: Int) {
        let count = methodEnd &- start
        guard count <= 7 else {
            self = .other
            return
        }
        self =
            switch base.partialWord(start, count: count, end: end) {
            case Self.word("GET"): .get
            case Self.word("HEAD"): .head
            case Self.word("POST"): .post
            case Self.word("PUT"): .put
            case Self.word("DELETE"): .delete
            case Self.word("CONNECT"): .connect
            case Self.word("OPTIONS"): .options
            case Self.word("TRACE"): .trace
            case Self.word("PATCH"): .patch
            default: .other
            }
    }

    /// A name of at most eight bytes as the word that stands for it in memory; a constant once compiled.
    @inline(__always)
    private static func word(_ name: StaticString) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<name.utf8CodeUnitCount { word |= UInt64(name.utf8Start[index]) &<< UInt64(index &* 8) }
        return word
    }
}

/// The two versions that are spoken.
public enum HTTPVersion: UInt8, Sendable, Comparable {
    case http10, http11

    @inlinable
    public static func < (left: HTTPVersion, right: HTTPVersion) -> Bool { left.rawValue < right.rawValue }
}

/// How the end of a body is found.
public enum BodyFraming: Sendable, Equatable {
    /// There is no body, and no field speaks of one.
    case none
    /// Exactly that many bytes, possibly zero.
    case length(UInt64)
    case chunked
    /// A response's body that the end of the connection ends.
    case untilClose
}

/// The shape of a request target, RFC 9112 section 3.2.
public enum TargetForm: UInt8, Sendable {
    /// A path and perhaps a query.
    case origin
    /// A whole URI; its authority stands in for the Host field.
    case absolute
    /// Host and port, for CONNECT only.
    case authority
    /// A lone `*`, for OPTIONS only.
    case asterisk
}

/// Whether a request asks to leave HTTP/1.1, and for what.
public enum UpgradeRequest: UInt8, Sendable {
    case none, webSocket, other
}

/// How far the parsing of a head has come.
public enum HeadProgress: Sendable, Equatable {
    /// All is well so far; call again with the same bytes and more.
    case needsMore
    /// The head ends after that many bytes.
    case complete(length: Int)
    /// Answer with the fault's status and close.
    case invalid(WireFault)
}

/// Bounds on a head, each with the status that exceeding it is answered with.
public struct HeadLimits: Sendable, Equatable {
    /// Bytes of the whole head, its last empty line included, at most 65535; else 431.
    public var headBytes: Int
    /// Field lines; else 431.
    public var fieldCount: Int
    /// Bytes of the request target; else 414.
    public var targetBytes: Int

    public init(headBytes: Int = 32_768, fieldCount: Int = 128, targetBytes: Int = 8192) {
        // Offsets into a head are kept as 16-bit numbers.
        precondition((16...65_535).contains(headBytes), "headBytes: \(headBytes)")
        precondition((1...65_535).contains(fieldCount), "fieldCount: \(fieldCount)")
        precondition(targetBytes > 0, "targetBytes: \(targetBytes)")
        self.headBytes = headBytes
        self.fieldCount = fieldCount
        self.targetBytes = targetBytes
    }
}
