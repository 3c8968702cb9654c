import HTTPWire
import NIOCore

/// Gathers the body of one request from the bytes of its connection.
struct RequestBody {
    enum Progress: Equatable {
        case needsMore
        case complete
        case tooLarge
        case invalid(WireFault)
    }

    private enum Framing {
        case length(Int)
        case chunked(ChunkedBody)
    }

    private var framing: Framing
    private let limit: Int
    /// Whether the bytes are thrown away, because the request has been refused already.
    private let isDiscarded: Bool
    private(set) var bytes = ByteBuffer()
    private var gathered = 0

    /// Room made for a length that was only announced; beyond it, memory follows what really comes.
    private static let announcedRoom = 1 << 20

    /// - Parameter limit: Bytes of data; more is too large.
    init(_ framing: BodyFraming, limit: Int, isDiscarded: Bool) {
        self.limit = limit
        self.isDiscarded = isDiscarded
        self.framing =
            switch framing {
            case .length(let length): .length(Int(clamping: length))
            case .chunked: .chunked(ChunkedBody())
            case .none, .untilClose: .length(0)
            }
    }

    /// Bytes of data that have come.
    var count: Int { self.gathered }

    /// Takes what belongs to the body.
    mutating func take(from pending: inout ByteBuffer) -> Progress {
        switch self.framing {
        case .length(let remaining): self.takeLength(remaining, from: &pending)
        case .chunked(let body): self.takeChunks(body, from: &pending)
        }
    }

    private mutating func takeLength(_ remaining: Int, from pending: inout ByteBuffer) -> Progress {
        guard self.gathered + remaining <= self.limit else { return .tooLarge }
        let count = min(remaining, pending.readableBytes)
        if count > 0, var slice = pending.readSlice(length: count) {
            self.gathered += count
            if !self.isDiscarded {
                if count == remaining, self.bytes.readableBytes == 0 {
                    // All of it came in one piece: no copy.
                    self.bytes = slice
                } else {
                    if self.bytes.capacity == 0 { self.bytes.reserveCapacity(min(remaining, Self.announcedRoom)) }
                    self.bytes.writeBuffer(&slice)
                }
            }
        }
        self.framing = .length(remaining - count)
        return remaining == count ? .complete : .needsMore
    }

    private mutating func takeChunks(_ body: ChunkedBody, from pending: inout ByteBuffer) -> Progress {
        var body = body
        var position = 0
        var progress = Progress.needsMore
        let start = pending.readerIndex
        reading: while true {
            let piece = pending.withUnsafeReadableBytes { body.next(in: $0, from: &position) }
            switch piece {
            case .needsMore: break reading
            case .data(let range):
                self.gathered += range.count
                guard self.gathered <= self.limit else {
                    progress = .tooLarge
                    break reading
                }
                if !self.isDiscarded, var data = pending.getSlice(at: start + range.lowerBound, length: range.count) {
                    self.bytes.writeBuffer(&data)
                }
            case .end:
                progress = .complete
                break reading
            case .invalid(let fault):
                progress = .invalid(fault)
                break reading
            }
        }
        pending.moveReaderIndex(forwardBy: position)
        self.framing = .chunked(body)
        return progress
    }
}
