import Administration
import EmbeddedCluster
import KubernetesClient

/// The process runner's log files as lines.
struct EmbeddedLogSource: PodLogSource {
    private static let bufferedLines = 10_000

    let reader: LogReader

    func lines(
        of pod: ObjectKey,
        tail: Int?,
        follow: Bool
    ) async throws(KubernetesError) -> AsyncThrowingStream<String, any Error> {
        let lines = tail ?? .max
        guard follow else {
            let bytes = try self.reader.tail(pod, lines: lines)
            return AsyncThrowingStream { continuation in
                for line in LineSplitter.lines(of: bytes) { continuation.yield(line) }
                continuation.finish()
            }
        }
        let parts = try self.reader.follow(pod, lines: lines)
        // A reader who does not keep up loses the oldest lines rather than hold them all in memory.
        return AsyncThrowingStream(bufferingPolicy: .bufferingNewest(Self.bufferedLines)) { continuation in
            let task = Task {
                var splitter = LineSplitter()
                for await bytes in parts {
                    for line in splitter.take(bytes) { continuation.yield(line) }
                }
                if let last = splitter.finish() { continuation.yield(last) }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}

/// Cuts bytes that come in pieces into lines.
struct LineSplitter {
    /// A line that never ends is cut here.
    private static let maximumLineBytes = 64 * 1024
    private var partial: [UInt8] = []

    static func lines(of bytes: [UInt8]) -> [String] {
        var splitter = LineSplitter()
        let lines = splitter.take(bytes)
        return lines + (splitter.finish().map { [$0] } ?? [])
    }

    mutating func take(_ bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == 0x0A || self.partial.count >= Self.maximumLineBytes {
                lines.append(String(decoding: self.partial, as: UTF8.self))
                self.partial = []
            }
            if byte != 0x0A { self.partial.append(byte) }
        }
        return lines
    }

    mutating func finish() -> String? {
        defer { self.partial = [] }
        return self.partial.isEmpty ? nil : String(decoding: self.partial, as: UTF8.self)
    }
}
