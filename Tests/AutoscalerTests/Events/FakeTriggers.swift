import Autoscaler
import KubernetesClient
import ScalingCore
import StructuredData
import Synchronization

/// A source of triggers of the type `fake` that answer what the test says.
///
/// Field `queue` names what is read; it is required. `hangs` makes every look hang.
final class FakeTriggers: TriggerSource {
    struct State {
        var depths: [String: Double] = [:]
        var failures: [String: String] = [:]
        var looks: [String: Int] = [:]
        var made: [TriggerDeclaration] = []
        var closed = 0
        var pushes: [String: AsyncStream<Bool>.Continuation] = [:]
    }

    let state = Mutex(State())
    let types = ["fake"]

    func set(_ queue: String, depth: Double) { self.state.withLock { $0.depths[queue] = depth } }
    func set(_ queue: String, failure: String?) { self.state.withLock { $0.failures[queue] = failure } }
    func push(_ queue: String, _ isActive: Bool) { self.state.withLock { _ = $0.pushes[queue]?.yield(isActive) } }
    func looks(_ queue: String) -> Int { self.state.withLock { $0.looks[queue] ?? 0 } }
    var made: [TriggerDeclaration] { self.state.withLock { $0.made } }
    var closed: Int { self.state.withLock { $0.closed } }

    func problems(with declaration: TriggerDeclaration) -> [Problem] {
        guard declaration.type == "fake" else {
            return [Problem(path: "spec.triggers[\(declaration.index)].type", message: "is no type that is known")]
        }
        guard declaration.metadata["queue"] == nil else { return [] }
        return [Problem(path: "spec.triggers[\(declaration.index)].metadata.queue", message: "is required")]
    }

    func trigger(for declaration: TriggerDeclaration) throws(ProblemList) -> any Trigger {
        let problems = self.problems(with: declaration)
        guard problems.isEmpty else { throw ProblemList(problems) }
        self.state.withLock { $0.made.append(declaration) }
        return FakeTrigger(source: self, declaration: declaration)
    }
}

struct FakeTrigger: Trigger {
    let source: FakeTriggers
    let declaration: TriggerDeclaration

    private var queue: String { self.declaration.metadata["queue"] ?? "" }

    func read() async throws(TriggerFailure) -> TriggerReading {
        if self.declaration.metadata["hangs"] != nil {
            try? await Task.sleep(for: .seconds(3600))
        }
        let (depth, failure) = self.source.state.withLock { state in
            state.looks[self.queue, default: 0] += 1
            return (state.depths[self.queue] ?? 0, state.failures[self.queue])
        }
        if let failure { throw TriggerFailure(.unavailable, failure) }
        let metric = TriggerReading.Metric(name: "fake-\(self.queue)", value: depth, target: 10)
        return TriggerReading(metrics: [metric], isActive: depth > 0)
    }

    func activations() -> AsyncStream<Bool>? {
        guard self.declaration.metadata["pushes"] != nil else { return nil }
        let (stream, continuation) = AsyncStream.makeStream(of: Bool.self)
        self.source.state.withLock { $0.pushes[self.queue] = continuation }
        return stream
    }

    func close() async {
        self.source.state.withLock { state in
            state.closed += 1
            state.pushes.removeValue(forKey: self.queue)?.finish()
        }
    }
}

/// Hands out what a Secret of the reference's own name holds, unopened.
struct FakeCredentials: CredentialSource {
    let api: any KubernetesAPI

    func credentials(for request: CredentialRequest) async throws(TriggerFailure) -> [String: String] {
        do {
            let key = ObjectKey(namespace: request.namespace, name: request.name)
            let secret = try await self.api.get(.secret, key)
            return (secret.json["data"]?.objectValue ?? [:]).reduce(into: [:]) { $0[$1.key] = $1.value.stringValue }
        } catch {
            throw TriggerFailure(.invalid, "There is no Secret \(request.name).")
        }
    }
}
