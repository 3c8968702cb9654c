import Foundation
import KubernetesClient
import Synchronization

/// Where the output of containers lies: `NAMESPACE/POD/CONTAINER.log` in one directory.
final class LogStore: Sendable {
    private struct ID: Hashable {
        let pod: ObjectKey
        let container: String
    }

    let directory: String
    private let limits: LogFile.Limits
    /// Pods whose output is kept after they are gone.
    private let keptPods: Int
    /// Files that are being written.
    private let files = Mutex<[ID: LogFile]>([:])

    init(directory: String, limits: LogFile.Limits, keptPods: Int) {
        self.directory = directory
        self.limits = limits
        self.keptPods = keptPods
    }

    /// The file of a container, made when it is not there.
    func file(_ pod: ObjectKey, container: String) throws(SystemError) -> LogFile {
        try self.files.withLock { files throws(SystemError) in
            let id = ID(pod: pod, container: container)
            if let file = files[id] { return file }
            let directory = self.directory(of: pod)
            try Directories.make(directory)
            let file = try LogFile(path: "\(directory)/\(container).log", limits: self.limits)
            files[id] = file
            return file
        }
    }

    /// The file of a container that is being written, or `nil`.
    func liveFile(_ pod: ObjectKey, container: String) -> LogFile? {
        self.files.withLock { $0[ID(pod: pod, container: container)] }
    }

    /// Opens a file that nobody writes any longer, to read it.
    func pastFile(_ pod: ObjectKey, container: String) -> LogFile? {
        let path = "\(self.directory(of: pod))/\(container).log"
        guard access(path, R_OK) == 0, let file = try? LogFile(path: path, limits: self.limits) else { return nil }
        file.close()
        return file
    }

    /// The containers whose output is there, by name.
    func containers(of pod: ObjectKey) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: self.directory(of: pod))) ?? []
        return names.filter { $0.hasSuffix(".log") }.map { String($0.dropLast(4)) }.sorted()
    }

    /// The pod is gone: nothing more will be written.
    func close(_ pod: ObjectKey) {
        let closed = self.files.withLock { files in
            let mine = files.filter { $0.key.pod == pod }
            for id in mine.keys { files[id] = nil }
            return mine.values
        }
        for file in closed { file.close() }
        self.clearAway()
    }

    private func directory(of pod: ObjectKey) -> String { "\(self.directory)/\(pod.namespace)/\(pod.name)" }

    /// Deletes the oldest output beyond what is kept of pods that are gone.
    private func clearAway() {
        let files = FileManager.default
        let live = Set(self.files.withLock { $0.keys.map { self.directory(of: $0.pod) } })
        var gone: [(path: String, changed: Date)] = []
        for namespace in (try? files.contentsOfDirectory(atPath: self.directory)) ?? [] {
            for pod in (try? files.contentsOfDirectory(atPath: "\(self.directory)/\(namespace)")) ?? [] {
                let path = "\(self.directory)/\(namespace)/\(pod)"
                guard !live.contains(path) else { continue }
                let changed = (try? files.attributesOfItem(atPath: path))?[.modificationDate] as? Date
                gone.append((path, changed ?? .distantPast))
            }
        }
        guard gone.count > self.keptPods else { return }
        for old in gone.sorted(by: { $0.changed < $1.changed }).prefix(gone.count - self.keptPods) {
            try? files.removeItem(atPath: old.path)
        }
    }
}
