public import KubernetesClient

/// Reads what the containers of pods have written, also of pods that are gone.
public struct LogReader: Sendable {
    /// The furthest that a reader looks back, in bytes.
    private static let maximumTailBytes = 4 * 1024 * 1024

    private let store: LogStore

    init(_ store: LogStore) {
        self.store = store
    }

    /// The last lines that a container has written, as bytes.
    ///
    /// - Parameters:
    ///   - container: `nil` for the only one.
    ///   - lines: At most so many, and at most 4 MiB.
    /// - Throws: `notFound` when there is no such output, `badRequest` when the container has to be named.
    public func tail(_ pod: ObjectKey, container: String? = nil, lines: Int) throws(KubernetesError) -> [UInt8] {
        let (file, _) = try self.file(pod, container)
        let start = file.position(ofLastLines: max(0, lines), maximumBytes: Self.maximumTailBytes)
        var bytes: [UInt8] = []
        var position = start
        let end = file.end
        while position < end {
            let part = file.read(from: position, count: end - position)
            guard !part.bytes.isEmpty || part.position > position else { break }
            bytes += part.bytes
            position = part.position + part.bytes.count
        }
        return bytes
    }

    /// The last lines and then everything as it is written, until the pod is gone or the reading task is cancelled.
    ///
    /// A reader that is slower than the container loses what is set aside and overwritten meanwhile.
    public func follow(
        _ pod: ObjectKey,
        container: String? = nil,
        lines: Int
    ) throws(KubernetesError) -> AsyncStream<[UInt8]> {
        let (file, _) = try self.file(pod, container)
        let follower = LogFollower(
            file,
            from: file.position(ofLastLines: max(0, lines), maximumBytes: Self.maximumTailBytes)
        )
        return AsyncStream { await follower.next() }
    }

    private func file(_ pod: ObjectKey, _ container: String?) throws(KubernetesError) -> (LogFile, String) {
        let containers = self.store.containers(of: pod)
        guard let first = containers.first else {
            throw .about(.notFound, .pod, pod, "there is no output of such a pod")
        }
        guard container != nil || containers.count == 1 else {
            throw .about(.badRequest, .pod, pod, "name one of the containers \(containers.joined(separator: ", "))")
        }
        let name = container ?? first
        guard let file = self.store.liveFile(pod, container: name) ?? self.store.pastFile(pod, container: name) else {
            throw .about(
                .notFound,
                .pod,
                pod,
                "there is no output of a container '\(name)', only of \(containers.joined(separator: ", "))"
            )
        }
        return (file, name)
    }
}

/// One reader's place in a file that grows.
private actor LogFollower {
    private let file: LogFile
    private let signals: AsyncStream<Void>
    private var position: Int

    init(_ file: LogFile, from position: Int) {
        self.file = file
        // Before the first look, so that nothing is written unseen in between.
        self.signals = file.signals()
        self.position = position
    }

    func next() async -> [UInt8]? {
        while !Task.isCancelled {
            let isClosed = self.file.isClosed
            let part = self.file.read(from: self.position, count: 65_536)
            let hasMoved = part.position > self.position
            self.position = part.position + part.bytes.count
            if !part.bytes.isEmpty { return part.bytes }
            if hasMoved { continue }
            // Either all is read, or the file was taken away.
            if isClosed { return nil }
            var signals = self.signals.makeAsyncIterator()
            _ = await signals.next()
        }
        return nil
    }
}
