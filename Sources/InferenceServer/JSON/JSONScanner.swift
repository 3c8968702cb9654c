/// Walks over JSON text once, building no tree: whoever drives it knows what to expect and takes each value where it
/// belongs.
///
/// The text comes from anyone: every read is checked against its end, and depth is bounded.
struct JSONScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var position: Int

    /// Lists and objects inside one another before the text is refused.
    static let maximumDepth = 64

    /// - Parameter bytes: Must outlive the scanner.
    init(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    // MARK: Bytes

    /// The byte under the scanner; 0 at the end, where no value may have one.
    @inline(__always)
    var current: UInt8 { self.position < self.bytes.count ? self.bytes[self.position] : 0 }

    @inline(__always)
    var isAtEnd: Bool { self.position >= self.bytes.count }

    /// Where the text ends.
    var end: Int { self.bytes.count }

    @inline(__always)
    mutating func advance() { self.position += 1 }

    /// Goes back to a position that the scanner has been at.
    mutating func reset(to position: Int) {
        precondition((0...self.bytes.count).contains(position), "position: \(position)")
        self.position = position
    }

    @inline(__always)
    mutating func skipSpace() {
        while self.position < self.bytes.count {
            let byte = self.bytes[self.position]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            self.position += 1
        }
    }

    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard self.current == byte, !self.isAtEnd else { return false }
        self.position += 1
        return true
    }

    mutating func expect(_ byte: UInt8, _ wanted: @autoclosure () -> String) throws(JSONReadError) {
        guard self.take(byte) else { throw self.unexpected(wanted()) }
    }

    /// The bytes between two positions.
    func slice(from start: Int, to end: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: self.bytes[start..<end])
    }

    // MARK: Objects and lists

    /// Calls `body` with the name of each member, the scanner standing before its value.
    mutating func readObject<E: Error>(
        _ what: @autoclosure () -> String,
        failure: (JSONReadError) -> E,
        _ body: (inout JSONScanner, String) throws(E) -> Void
    ) throws(E) {
        do throws(JSONReadError) {
            try self.expect(UInt8(ascii: "{"), what())
            self.skipSpace()
            if self.take(UInt8(ascii: "}")) { return }
        } catch {
            throw failure(error)
        }
        while true {
            let key: String
            do throws(JSONReadError) {
                guard self.current == UInt8(ascii: "\"") else { throw self.unexpected("a member name in quotes") }
                key = try self.readString()
                self.skipSpace()
                try self.expect(UInt8(ascii: ":"), "':' after the member name")
                self.skipSpace()
            } catch {
                throw failure(error)
            }
            try body(&self, key)
            do throws(JSONReadError) {
                self.skipSpace()
                if self.take(UInt8(ascii: "}")) { return }
                try self.expect(UInt8(ascii: ","), "',' or '}'")
                self.skipSpace()
            } catch {
                throw failure(error)
            }
        }
    }

    /// Calls `body` before each element of a list.
    mutating func readList<E: Error>(
        _ what: @autoclosure () -> String,
        failure: (JSONReadError) -> E,
        _ body: (inout JSONScanner) throws(E) -> Void
    ) throws(E) {
        do throws(JSONReadError) {
            try self.expect(UInt8(ascii: "["), what())
            self.skipSpace()
            if self.take(UInt8(ascii: "]")) { return }
        } catch {
            throw failure(error)
        }
        while true {
            try body(&self)
            do throws(JSONReadError) {
                self.skipSpace()
                if self.take(UInt8(ascii: "]")) { return }
                try self.expect(UInt8(ascii: ","), "',' or ']'")
                self.skipSpace()
            } catch {
                throw failure(error)
            }
        }
    }

    /// Passes over a value of any kind, checking that it is well formed.
    mutating func skipValue(depth: Int = 0) throws(JSONReadError) {
        guard depth <= Self.maximumDepth else {
            throw self.error("lists and objects are nested deeper than \(Self.maximumDepth)")
        }
        switch self.current {
        case UInt8(ascii: "{"):
            try self.readObject("an object", failure: \.self) {
                (scanner, _) throws(JSONReadError) in try scanner.skipValue(depth: depth + 1)
            }
        case UInt8(ascii: "["):
            try self.readList("a list", failure: \.self) {
                (scanner) throws(JSONReadError) in try scanner.skipValue(depth: depth + 1)
            }
        case UInt8(ascii: "\""): try self.skipString()
        case UInt8(ascii: "t"): try self.readWord("true")
        case UInt8(ascii: "f"): try self.readWord("false")
        case UInt8(ascii: "n"): try self.readWord("null")
        default: _ = try self.readNumber()
        }
    }

    mutating func readWord(_ word: StaticString) throws(JSONReadError) {
        let length = word.utf8CodeUnitCount
        for offset in 0..<length {
            let position = self.position + offset
            guard position < self.bytes.count, self.bytes[position] == word.utf8Start[offset] else {
                throw self.unexpected("a value")
            }
        }
        self.position += length
    }

    /// Takes `true` or `false`; `nil` when there is neither.
    mutating func takeTruth() throws(JSONReadError) -> Bool? {
        switch self.current {
        case UInt8(ascii: "t"):
            try self.readWord("true")
            return true
        case UInt8(ascii: "f"):
            try self.readWord("false")
            return false
        default: return nil
        }
    }

    // MARK: Errors

    func error(_ message: String, at offset: Int? = nil) -> JSONReadError {
        JSONReadError(message: message, offset: offset ?? self.position)
    }

    func unexpected(_ wanted: String) -> JSONReadError {
        guard !self.isAtEnd else { return self.error("the text ends where \(wanted) was expected") }
        let byte = self.current
        let found = (0x21...0x7E).contains(byte) ? "'\(Unicode.Scalar(byte))'" : "byte 0x\(String(byte, radix: 16))"
        return self.error("\(found) was found where \(wanted) was expected")
    }
}
