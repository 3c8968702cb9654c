import Foundation
import ScalingCore
import Simulator
import Testing
import Timekeeping

/// Real programs in a shell and in Python; each test ends its own with the policy.
@Suite("SubprocessPolicy", .timeLimit(.minutes(1)))
struct SubprocessPolicyTests {
    private static func harness(_ command: [String], timeout: Double = 5) -> PolicyHarness {
        PolicyHarness(SubprocessPolicy.factory, ["command": .list(command), "timeout": .number(timeout)])
    }

    @Test("the example in Python scales with the requests and lets go after two minutes")
    func exampleProgram() {
        let example = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("simulations/policies/queue_follower.py").path
        var run = Self.harness(["python3", example])
        run.pass(from: 0, to: 1)
        for _ in 0..<3 { run.arrive(at: 1) }
        run.pass(from: 1, to: 3)
        run.decide(0, .seconds(3))
        #expect(run.replicas[0] == 3)
        #expect(run.policy.explanation(service: 0) == "3 requests need 3 replicas")
        for _ in 0..<3 { run.finish(at: 5) }
        run.pass(from: 5, to: 100)
        #expect(run.replicas[0] == 3)
        run.pass(from: 100, to: 200)
        #expect(run.replicas[0] == 0)
    }

    private static let hello = #"read x; echo '{"type":"hello"}'; read x; "#

    @Test(
        "a program that misbehaves is given up with the answer's number and the reason, and nothing changes",
        arguments: [
            ("exit 0", "at answer 1: it has ended"),
            (hello + "echo oops; read x", "at answer 2: it is no JSON, column 1"),
            (hello + "sleep 30", "at answer 2: it does not answer within 0.3 s"),
            (hello + #"echo '{"actions":[{"setReplicas":-1}]}'; read x"#, "makes no sense"),
            (hello + #"echo '{"error":"out of ideas"}'; read x"#, "it says: out of ideas"),
            (hello + "head -c 1200000 /dev/zero | tr '\\\\0' 'x'; sleep 5", "longer than 1048576 bytes"),
            (#"read x; echo '{"type":"bye"}'; read x"#, "is no greeting"),
        ]
    )
    func misbehaviour(script: String, reason: String) {
        var run = Self.harness(["sh", "-c", script], timeout: script.contains("sleep 30") ? 0.3 : 20)
        run.arrive(at: 1)
        run.decide(0, .seconds(2))
        #expect(run.replicas[0] ?? 0 == 0)
        let explanation = run.policy.explanation(service: 0)
        #expect(explanation.contains("was given up") && explanation.contains(reason), "\(explanation)")
        #expect(run.policy.nextWake(service: 0, after: .seconds(3)) == nil)
    }

    @Test("a program that is not there is told by its name")
    func missingProgram() {
        var run = Self.harness(["/nonexistent/policy"])
        run.decide(0, .seconds(1))
        #expect(run.policy.explanation(service: 0).hasPrefix("'/nonexistent/policy' cannot be started: "))
    }

    @Test("without a command there is nothing to run, and that is said before a run")
    func commandIsRequired() {
        let problems = SubprocessPolicy.factory.problems(PolicyReference(name: "subprocess"))
        #expect(problems.count == 1)
    }
}
