/// Follows a chunked body through the bytes of a connection, split wherever the network split them.
///
/// A proxy that passes the body on as it came asks `advance(over:)` how many bytes belong to it. Whoever wants the data
/// alone asks `next(in:from:)` for one run after the other. Both check every byte of the framing: sizes are bare
/// hexadecimal digits, lines end with CR LF, extensions and trailers are bounded, and a trailer may not pretend to be a
/// field that routes, frames or identifies.
///
/// The value is small, holds no memory and can be copied.
public struct ChunkedBody: Sendable {
    /// Bounds on what frames the data; the data itself is the caller's to bound.
    public struct Limits: Sendable, Equatable {
        /// Bytes of one chunk; else 413.
        public var chunkBytes: UInt64 = UInt64(Int64.max)
        /// Bytes of one chunk's extension, its semicolon included; else 400.
        public var extensionBytes = 256
        /// Bytes of the whole trailer section; else 431.
        public var trailerBytes = 8192

        public init() {}
    }

    /// What comes next in the bytes at hand.
    public enum Piece: Sendable, Equatable {
        /// The bytes are used up and the body goes on.
        case needsMore
        /// Data of the body, as offsets into the bytes at hand; never empty.
        case data(Range<Int>)
        /// The body is over; what follows is not part of it.
        case end
        case invalid(WireFault)
    }

    /// How far the body reaches in the bytes at hand.
    public struct Advance: Sendable, Equatable {
        /// Bytes from the start that belong to the body; with a fault, those before it.
        public let byteCount: Int
        /// Bytes of data among them.
        public let dataCount: Int
        public let isEnd: Bool
        public let fault: WireFault?
    }

    enum Stage: UInt8, Sendable {
        case size, blankAfterSize, chunkExtension, sizeLineFeed
        case data, dataReturn, dataLineFeed
        case trailerLine, trailerName, trailerValue, trailerLineFeed, lastLineFeed
        case done
    }

    public let limits: Limits
    var stage = Stage.size
    /// The size while it is read, then the bytes of data that are still to come.
    var remaining: UInt64 = 0
    var digitCount: UInt8 = 0
    var extensionCount = 0
    var trailerCount = 0
    /// A hash of the trailer name so far: a name may be split anywhere, and no memory is kept for it.
    var nameHash: UInt64 = 0

    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    public var isDone: Bool { self.stage == .done }

    /// Takes in bytes that are passed on as they are.
    ///
    /// - Complexity: O(*n*) in the bytes that frame; data is skipped.
    public mutating func advance(over bytes: UnsafeRawBufferPointer) -> Advance {
        var position = 0
        var dataCount = 0
        while true {
            switch self.next(in: bytes, from: &position) {
            case .data(let range): dataCount &+= range.count
            case .needsMore: return Advance(byteCount: position, dataCount: dataCount, isEnd: false, fault: nil)
            case .end: return Advance(byteCount: position, dataCount: dataCount, isEnd: true, fault: nil)
            case .invalid(let fault):
                return Advance(byteCount: position, dataCount: dataCount, isEnd: false, fault: fault)
            }
        }
    }

    /// Finds the next run of data, or the end.
    ///
    /// - Parameter position: Where to go on in `bytes`; moved past what was taken in, and with a fault to the byte at
    ///   fault. After `.needsMore` begin at zero with the bytes that come next.
    public mutating func next(in bytes: UnsafeRawBufferPointer, from position: inout Int) -> Piece {
        guard let base = bytes.baseAddress else { return self.stage == .done ? .end : .needsMore }
        precondition(position >= 0 && position <= bytes.count, "position \(position) in \(bytes.count) bytes")
        do throws(WireFault) {
            while self.stage != .done, position < bytes.count {
                if self.stage == .data {
                    let taken = min(Int(self.remaining), bytes.count &- position)
                    self.remaining &-= UInt64(taken)
                    if self.remaining == 0 { self.stage = .dataReturn }
                    position &+= taken
                    return .data(position &- taken..<position)
                }
                if self.stage == .trailerValue {
                    try self.skipTrailerValue(base, &position, end: bytes.count)
                } else {
                    try self.take(base.byte(position))
                    position &+= 1
                }
            }
            return self.stage == .done ? .end : .needsMore
        } catch {
            return .invalid(error)
        }
    }

    // MARK: Single bytes

    private mutating func take(_ byte: UInt8) throws(WireFault) {
        switch self.stage {
        case .size: try self.takeSize(byte)
        case .blankAfterSize, .chunkExtension: try self.takeExtension(byte)
        case .sizeLineFeed:
            guard byte == Byte.lineFeed else { throw .bareCarriageReturn }
            self.stage = self.remaining == 0 ? .trailerLine : .data
        case .dataReturn:
            guard byte == Byte.carriageReturn else { throw .malformedChunkEnd }
            self.stage = .dataLineFeed
        case .dataLineFeed:
            guard byte == Byte.lineFeed else { throw .malformedChunkEnd }
            self.stage = .size
            self.digitCount = 0
            self.extensionCount = 0
        case .trailerLine, .trailerName, .trailerLineFeed, .lastLineFeed: try self.takeTrailer(byte)
        case .data, .trailerValue, .done: preconditionFailure("no single bytes in \(self.stage)")
        }
    }

    private mutating func takeSize(_ byte: UInt8) throws(WireFault) {
        if let digit = Byte.hexValue(byte) {
            // Sixteen digits are all of 64 bits; more could only be zeros, which nobody needs.
            guard self.digitCount < 16 else { throw .chunkTooLarge }
            self.digitCount &+= 1
            self.remaining = self.remaining &<< 4 | UInt64(digit)
            return
        }
        guard self.digitCount > 0 else { throw .malformedChunkSize }
        guard self.remaining <= min(self.limits.chunkBytes, UInt64(Int64.max)) else { throw .chunkTooLarge }
        switch byte {
        case Byte.carriageReturn: self.stage = .sizeLineFeed
        case Byte.lineFeed: throw .bareLineFeed
        case Byte.semicolon, Byte.space, Byte.tab: try self.takeExtension(byte)
        default: throw .malformedChunkSize
        }
    }

    /// Takes the blanks that may stand before an extension's semicolon, and the extension, whose meaning is nobody's.
    private mutating func takeExtension(_ byte: UInt8) throws(WireFault) {
        if byte == Byte.lineFeed { throw .bareLineFeed }
        if self.stage != .chunkExtension {
            guard byte == Byte.semicolon || Byte.isBlank(byte) else { throw .malformedChunkSize }
            self.stage = byte == Byte.semicolon ? .chunkExtension : .blankAfterSize
        } else if byte == Byte.carriageReturn {
            self.stage = .sizeLineFeed
            return
        }
        guard Byte.isFieldValue(byte) else { throw .malformedChunkExtension }
        self.extensionCount &+= 1
        guard self.extensionCount <= self.limits.extensionBytes else { throw .chunkExtensionTooLong }
    }
}
