import NIOCore

/// JSON text that is written straight into the buffer that goes to the socket.
struct JSONText {
    private(set) var buffer: ByteBuffer

    init(capacity: Int) {
        self.buffer = ByteBufferAllocator().buffer(capacity: capacity)
    }

    mutating func append(_ text: StaticString) {
        self.buffer.writeStaticString(text)
    }

    mutating func append(raw text: String) {
        self.buffer.writeString(text)
    }

    mutating func append(_ buffer: ByteBuffer) {
        self.buffer.writeImmutableBuffer(buffer)
    }

    /// Appends text in quotes, escaped where JSON wants it.
    mutating func append(quoted text: String) {
        var text = text
        text.withUTF8 { self.append(quoted: $0) }
    }

    /// Appends UTF-8 in quotes, escaped where JSON wants it.
    mutating func append(quoted bytes: UnsafeBufferPointer<UInt8>) {
        // A control character becomes six bytes, and nothing becomes more.
        self.write(atMost: bytes.count * 6 + 2) { target in
            var position = 0
            Self.put(UInt8(ascii: "\""), target, &position)
            for byte in bytes {
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                    Self.put(UInt8(ascii: "\\"), target, &position)
                    Self.put(byte, target, &position)
                case 0x0A:
                    Self.put(UInt8(ascii: "\\"), target, &position)
                    Self.put(UInt8(ascii: "n"), target, &position)
                case 0..<0x20: Self.putEscaped(byte, target, &position)
                default: Self.put(byte, target, &position)
                }
            }
            Self.put(UInt8(ascii: "\""), target, &position)
            return position
        }
    }

    /// Lets `body` write into room for `count` bytes; it returns how many it wrote.
    @inline(__always)
    mutating func write(atMost count: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int) {
        self.buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { region in
            guard let base = region.baseAddress else { return 0 }
            let written = body(base.assumingMemoryBound(to: UInt8.self))
            assert(written <= count, "\(written) bytes in room for \(count)")
            return written
        }
    }

    @inline(__always)
    private static func put(_ byte: UInt8, _ target: UnsafeMutablePointer<UInt8>, _ position: inout Int) {
        target[position] = byte
        position &+= 1
    }

    private static func putEscaped(_ byte: UInt8, _ target: UnsafeMutablePointer<UInt8>, _ position: inout Int) {
        for character in "\\u00".utf8 { Self.put(character, target, &position) }
        for digit in [byte >> 4, byte & 0xF] {
            Self.put(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10, target, &position)
        }
    }
}
