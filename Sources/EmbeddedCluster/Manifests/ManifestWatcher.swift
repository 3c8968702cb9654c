import Foundation
import KubernetesClient
public import Logging
public import ServiceLifecycle
public import Telemetry

/// Applies files and folders, and applies them again whenever they change on disk.
public struct ManifestWatcher: Service {
    private let paths: [String]
    private let applier: ManifestApplier
    private let reader: ManifestReader
    private let feed: ActivityFeed
    private let log: Logger
    private let interval: Duration

    /// - Parameter interval: How often the files' dates are looked at; contents are read only when one has changed.
    public init(
        paths: [String],
        applier: ManifestApplier,
        reader: ManifestReader = ManifestReader(),
        feed: ActivityFeed,
        log: Logger,
        interval: Duration = .milliseconds(500)
    ) {
        self.paths = paths
        self.applier = applier
        self.reader = reader
        self.feed = feed
        self.log = log
        self.interval = interval
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown { await self.follow() }
    }

    private func follow() async {
        var seen: [FileStamp]?
        while !Task.isCancelled {
            let stamps = FileStamp.all(in: self.paths)
            // Until a round has gone through to the API, the next one tries again.
            if stamps != seen, await self.applyAll() { seen = stamps }
            try? await Task.sleep(for: self.interval)
        }
    }

    private func applyAll() async -> Bool {
        let outcome: ManifestApplier.Outcome
        do {
            outcome = try await self.applier.apply(self.reader.read(paths: self.paths))
        } catch {
            self.log.error("cannot apply manifests, trying again", metadata: ["error": "\(error)"])
            return false
        }
        for object in outcome.changed {
            self.feed.publish(.configurationChanged, subject: "", message: "applied \(object)")
        }
        for object in outcome.removed {
            self.feed.publish(
                .configurationChanged,
                subject: "",
                message: "removed \(object): it is in no file any more"
            )
        }
        for problem in outcome.problems {
            self.feed.publish(.configurationRejected, subject: "", message: problem.description)
        }
        return true
    }
}

/// What tells that a file is another one than before, without reading it.
private struct FileStamp: Equatable {
    let path: String
    let modified: timespec
    let size: Int
    let inode: UInt64

    static func == (left: FileStamp, right: FileStamp) -> Bool {
        left.path == right.path && left.size == right.size && left.inode == right.inode
            && left.modified.tv_sec == right.modified.tv_sec && left.modified.tv_nsec == right.modified.tv_nsec
    }

    static func all(in paths: [String]) -> [FileStamp] {
        paths.flatMap { path -> [FileStamp] in
            let below = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
            return ([path] + below.sorted().map { "\(path)/\($0)" }).compactMap(Self.stamp)
        }
    }

    private static func stamp(of path: String) -> FileStamp? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return FileStamp(
            path: path,
            modified: status.st_mtim,
            size: Int(status.st_size),
            inode: UInt64(status.st_ino)
        )
    }
}
