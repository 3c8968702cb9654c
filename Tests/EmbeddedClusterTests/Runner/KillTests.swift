import Foundation
import Glibc
import KubernetesClient
import StructuredData
import Testing

@testable import EmbeddedCluster

/// Kills a whole platform, and looks for what it leaves.
@Suite("The process runner, kill -9", .serialized, .timeLimit(.minutes(2)))
struct KillTests {
    @Test("kill -9 of the platform leaves no process, not even one that has left its group, and all comes back")
    func leavesNoOrphan() async throws {
        try await Self.check(killsGuard: false)
    }

    @Test("what the guard could not end, since it was killed too, the next start ends")
    func nextStartCleansUp() async throws {
        try await Self.check(killsGuard: true)
    }

    private static func check(killsGuard: Bool) async throws {
        let directory = RunningCluster.newDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [directory = directory as String, killsGuard = killsGuard as Bool] in
            try await KillTests.runUntilKilled(in: directory, killsGuard: killsGuard)
        }
        let pids = try await processNumbers(in: "\(directory)/pids", count: 3)
        #expect(pids.count == 3)
        if !killsGuard { try await untilGone(pids) }
        try await RunningCluster.with(directory: directory) { cluster in
            try await untilGone(pids)
            let pods = try await cluster.pods("the pod is ready again") {
                $0.count(where: \.isReady) == 1 && $0.first?.container["restartCount"] == 1
            }
            let last = pods.first?.container["lastState"]?["terminated"]
            #expect(last?["reason"] == "PlatformStopped")
            try await untilGone(pids)
        }
    }

    /// A replica with a child in its group and a child that has left it, then the end.
    private static func runUntilKilled(in directory: String, killsGuard: Bool) async throws {
        try await RunningCluster.with(directory: directory) { cluster in
            let note = "echo $$ >> \(directory)/pids; exec sleep 1000"
            let script = "sh -c '\(note)' & setsid sh -c '\(note)' & \(note)"
            let path = "\(directory)/family.sh"
            try script.write(toFile: path, atomically: true, encoding: .utf8)
            try await cluster.deploy(command: ["/bin/sh", path])
            _ = try await processNumbers(in: "\(directory)/pids", count: 3)
            _ = try await cluster.readyPod()
            if killsGuard { for pid in Self.guards() { kill(pid, SIGKILL) } }
            kill(getpid(), SIGKILL)
        }
    }

    /// Guards among the children of this process.
    private static func guards() -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { pid in
            guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
            let fields = text.components(separatedBy: ") ").last?.split(separator: " ") ?? []
            return text.contains("(pilotlight-grd)") && fields.count > 1 && pid_t(fields[1]) == getpid()
        }
    }
}
