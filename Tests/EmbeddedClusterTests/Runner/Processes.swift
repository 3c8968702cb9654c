import Foundation
import Glibc
import KubernetesClient
import StructuredData
import Synchronization
import Testing

@testable import EmbeddedCluster

/// The number of the process that runs, or ran last, in the pod's only container.
func processID(_ pod: KubernetesObject) -> pid_t? {
    pod.container["containerID"]?.stringValue.flatMap { ProcessIdentity($0)?.pid }
}

/// Whether there is such a process; one that waits to be reaped is none.
func isAlive(_ pid: pid_t) -> Bool {
    guard kill(pid, 0) == 0, let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else {
        return false
    }
    return !text.contains(") Z ") && !text.contains(") X ")
}

func untilGone(_ pids: [pid_t]) async throws {
    try await withDeadline(.seconds(20), "processes \(pids) are gone") {
        while pids.contains(where: isAlive) { try await Task.sleep(for: .milliseconds(1)) }
    }
}

/// The numbers that processes have written to a file, a line each, once there are `count`.
func processNumbers(in path: String, count: Int) async throws -> [pid_t] {
    try await withDeadline(.seconds(20), "\(count) processes have written their number") {
        while true {
            let lines = ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n")
            let numbers = lines.compactMap { pid_t($0) }
            if numbers.count >= count { return numbers }
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}

/// One value handed from one closure to another.
final class Mailbox<Content: Sendable>: Sendable {
    private let value = Mutex<Content?>(nil)

    var content: Content? { self.value.withLock { $0 } }

    func put(_ content: Content) { self.value.withLock { $0 = content } }
}

extension RunningCluster {
    /// The log of the pod's only container once it ends in `ending`.
    func log(of pod: KubernetesObject, until ending: String) async throws -> String {
        try await withDeadline(.seconds(20), "the log of \(pod.name) ends in '\(ending)'") {
            while true {
                if let text = try? self.log(of: pod), text.hasSuffix(ending) { return text }
                try await Task.sleep(for: .milliseconds(1))
            }
        }
    }
}

/// Makes an empty file, for processes that wait for one.
func touch(_ path: String) {
    close(open(path, O_CREAT | O_WRONLY, 0o600))
}
