import KubernetesClient
import Logging
import StructuredData

/// Tells the API, and through it the process runner, that a replica holds nothing any more.
struct DrainNotifier: Sendable {
    private let api: any KubernetesAPI
    private let log: Logger
    private let keys: AsyncStream<ObjectKey>
    private let continuation: AsyncStream<ObjectKey>.Continuation

    /// Far more than replicas that drain at one time; the oldest gives way, whose grace period then ends the wait.
    private static let capacity = 10_000
    private static let attempts = 5

    init(api: any KubernetesAPI, log: Logger) {
        self.api = api
        self.log = log
        (self.keys, self.continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.capacity))
    }

    func drained(_ pod: ObjectKey) {
        self.continuation.yield(pod)
    }

    func run() async {
        for await pod in self.keys { await self.annotate(pod) }
    }

    private func annotate(_ pod: ObjectKey) async {
        for attempt in 1...Self.attempts {
            do {
                _ = try await self.api.patch(
                    .pod,
                    pod,
                    merge: ["metadata": ["annotations": ["pilotlight.dev/drained": "true"]]],
                    subresource: nil
                )
                return
            } catch {
                guard error.code != .notFound else { return }
                self.log.warning(
                    "cannot mark a replica as drained",
                    metadata: ["pod": "\(pod)", "attempt": "\(attempt)", "error": "\(error)"]
                )
                try? await Task.sleep(for: .milliseconds(100 * attempt))
            }
        }
    }
}
