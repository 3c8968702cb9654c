import Glibc
import SimulationKit

/// Reads a file line by line through one buffer, so that memory does not grow with the file.
///
/// Lines end with LF or CRLF, the last one may have no end. A line above the limit is told as such and skipped.
final class LineReader {
    static let chunkBytes = 1 << 18
    /// The longest line of the traces that are known is a row of 1,440 minutes, about 10 KB.
    static let longestLine = 1 << 24

    let path: String
    private let descriptor: Int32
    private var buffer: [UInt8]
    private var start = 0
    private var end = 0
    private var isAtEnd = false
    private var isSkipping = false
    /// Lines that were handed out so far, skipped ones included.
    private(set) var line = 0
    private(set) var bytesRead: Int64 = 0
    let totalBytes: Int64
    /// Called with every piece of the file as it is read.
    var onBytes: ((UnsafeRawBufferPointer) -> Void)?

    init(path: String) throws(TraceError) {
        self.path = path
        self.descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard self.descriptor >= 0 else {
            throw TraceError(path: path, detail: "cannot be opened: \(String(cString: strerror(errno)))")
        }
        var status = stat()
        guard fstat(self.descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            close(self.descriptor)
            throw TraceError(path: path, detail: "is a folder, but must be a file")
        }
        self.totalBytes = Int64(status.st_size)
        self.buffer = [UInt8](repeating: 0, count: Self.chunkBytes)
    }

    deinit {
        close(self.descriptor)
    }

    enum Next: Equatable {
        case line
        case tooLong
        case end
    }

    /// Hands the next line to `body`, without its end.
    func next(_ body: (UnsafeBufferPointer<UInt8>) -> Void) throws(TraceError) -> Next {
        var scanned = 0
        while true {
            if let length = self.lengthToNewline(from: scanned) {
                return self.deliver(length, consumed: length + 1, body)
            }
            scanned = self.end - self.start
            if self.isAtEnd {
                guard scanned > 0 || self.isSkipping else { return .end }
                return self.deliver(scanned, consumed: scanned, body)
            }
            if scanned > Self.longestLine {
                self.isSkipping = true
                self.start = self.end
                scanned = 0
            }
            try self.fill()
        }
    }

    /// Everything behind the lines that were handed out, as it is.
    func rest() throws(TraceError) -> [UInt8] {
        var rest = Array(self.buffer[self.start..<self.end])
        self.start = self.end
        while !self.isAtEnd {
            try self.fill()
            rest += self.buffer[self.start..<self.end]
            self.start = self.end
        }
        return rest
    }

    private func deliver(_ length: Int, consumed: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void) -> Next {
        self.line += 1
        defer { self.start += consumed }
        if self.isSkipping {
            self.isSkipping = false
            return .tooLong
        }
        self.buffer.withUnsafeBufferPointer { bytes in
            var length = length
            if length > 0, bytes[self.start + length - 1] == UInt8(ascii: "\r") { length -= 1 }
            body(UnsafeBufferPointer(rebasing: bytes[self.start..<self.start + length]))
        }
        return .line
    }

    private func lengthToNewline(from scanned: Int) -> Int? {
        let from = self.start + scanned
        guard from < self.end else { return nil }
        return self.buffer.withUnsafeBytes { bytes -> Int? in
            guard let base = bytes.baseAddress, let found = memchr(base + from, 0x0A, self.end - from) else {
                return nil
            }
            return UnsafeRawPointer(found) - base - self.start
        }
    }

    private func fill() throws(TraceError) {
        if self.start > 0 {
            self.buffer.withUnsafeMutableBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                memmove(base, base + self.start, self.end - self.start)
            }
            self.end -= self.start
            self.start = 0
        }
        if self.buffer.count - self.end < Self.chunkBytes {
            self.buffer.append(contentsOf: repeatElement(0, count: self.buffer.count))
        }
        let count = self.buffer.withUnsafeMutableBytes { bytes -> Int in
            guard let base = bytes.baseAddress else { return 0 }
            let count = Glibc.read(self.descriptor, base + self.end, Self.chunkBytes)
            if count > 0 { self.onBytes?(UnsafeRawBufferPointer(start: base + self.end, count: count)) }
            return count
        }
        guard count >= 0 else {
            throw TraceError(path: self.path, detail: "cannot be read: \(String(cString: strerror(errno)))")
        }
        self.bytesRead += Int64(count)
        self.end += count
        self.isAtEnd = count == 0
    }
}
