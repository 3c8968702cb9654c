/// A run of bytes inside a message, as offsets from the message's first byte.
///
/// A head is parsed in place, so everything found in it is such a range; the bytes stay the caller's and may move
/// between two calls.
public struct ByteRange: Sendable, Equatable {
    public let lower: UInt32
    public let upper: UInt32

    public static let empty = ByteRange(0, 0)

    @inlinable
    init(_ lower: Int, _ upper: Int) {
        self.lower = UInt32(truncatingIfNeeded: lower)
        self.upper = UInt32(truncatingIfNeeded: upper)
    }

    @inlinable public var start: Int { Int(self.lower) }
    @inlinable public var end: Int { Int(self.upper) }
    @inlinable public var count: Int { Int(self.upper &- self.lower) }
    @inlinable public var isEmpty: Bool { self.lower == self.upper }
    @inlinable public var range: Range<Int> { self.start..<self.end }

    /// The bytes themselves, out of the message that was parsed.
    @inlinable
    public func bytes(in message: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: message[self.range])
    }

    /// A copy as text, for logs and configuration; malformed UTF-8 is repaired.
    public func string(in message: UnsafeRawBufferPointer) -> String {
        String(decoding: self.bytes(in: message), as: UTF8.self)
    }
}

extension ByteRange {
    @inline(__always)
    func bytes(at base: UnsafeRawPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + self.start, count: self.count)
    }
}
