import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

extension SystemTests {
    @Suite("kill -9")
    struct CrashTests {
        @Test(
            "of a replica under load: every request is answered, none wrongly, and the service recovers",
            .timeLimit(.minutes(3))
        )
        func replica() async throws {
            try await RunningPlatform.run(["iris": Manifests.iris()]) { platform in
                try await platform.eventually("it answers") {
                    try await platform.predict("iris", Manifests.body).status == 200
                }
                let load = Load(platform)
                async let tally = load.run(clients: 8)
                var kills = 0
                for _ in 0..<4 {
                    try await Task.sleep(for: .milliseconds(700))
                    guard let victim = try platform.replicaProcesses.randomElement() else { continue }
                    Glibc.kill(victim, SIGKILL)
                    kills += 1
                }
                #expect(kills > 0)
                try await Task.sleep(for: .milliseconds(700))
                load.stop()
                let result = try await tally
                #expect(result.wrong == 0)
                #expect(result.unanswered == 0)
                #expect(result.right > 0)
                // What was with the replica when it died gets 502; nothing else fails.
                #expect(result.failed <= 2 * kills * 8)
                try await platform.eventually("it answers again") {
                    try await platform.predict("iris", Manifests.body).status == 200
                }
            }
        }

        @Test(
            "of the platform under load: no replica outlives it, and it goes on where it was",
            .timeLimit(.minutes(3))
        )
        func platform() async throws {
            try await RunningPlatform.run(["iris": Manifests.iris()]) { platform in
                try await platform.eventually("it answers") {
                    try await platform.predict("iris", Manifests.body).status == 200
                }
                for _ in 0..<3 {
                    let load = Load(platform)
                    async let tally = load.run(clients: 4)
                    try await Task.sleep(for: .milliseconds(400))
                    platform.kill()
                    load.stop()
                    #expect(try await tally.wrong == 0)
                    try await platform.eventually("no orphan is left", seconds: 5) {
                        try platform.replicaProcesses.isEmpty
                    }
                    try await platform.start()
                    try await platform.eventually("it answers") {
                        let answer = try await platform.predict("iris", Manifests.body)
                        return answer.status == 200 && answer.text == Manifests.answer
                    }
                }
            }
        }
    }
}

/// Clients that ask without pause and keep count.
final class Load: Sendable {
    struct Tally: Sendable {
        var right = 0
        /// A 200 that is not the right answer.
        var wrong = 0
        /// An honest error.
        var failed = 0
        /// Connections that ended without an answer.
        var unanswered = 0
    }

    private let platform: RunningPlatform
    private let isStopped = Atomic<Bool>(false)

    init(_ platform: RunningPlatform) {
        self.platform = platform
    }

    func stop() { self.isStopped.store(true, ordering: .relaxed) }

    func run(clients: Int) async throws -> Tally {
        try await withThrowingTaskGroup(of: Tally.self) { group in
            for _ in 0..<clients { group.addTask { try await onThread { self.ask() } } }
            return try await group.reduce(into: Tally()) { sum, part in
                sum.right += part.right
                sum.wrong += part.wrong
                sum.failed += part.failed
                sum.unanswered += part.unanswered
            }
        }
    }

    private func ask() -> Tally {
        var tally = Tally()
        var socket: TCPSocket?
        while !self.isStopped.load(ordering: .relaxed) {
            do {
                let connection = try socket ?? TCPSocket.connect(port: self.platform.port)
                socket = connection
                try connection.send(RunningPlatform.prediction("iris", Manifests.body))
                let answer = try connection.receiveResponse()
                if answer.status == 200 {
                    if answer.text == Manifests.answer { tally.right += 1 } else { tally.wrong += 1 }
                } else {
                    tally.failed += 1
                }
                if answer.fields["connection"] == "close" { socket = nil }
            } catch {
                tally.unanswered += 1
                socket = nil
                usleep(1000)
            }
        }
        return tally
    }
}
