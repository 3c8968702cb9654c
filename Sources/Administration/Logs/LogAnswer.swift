import HTTPTypes
import Hummingbird
import KubernetesClient

/// Answers `/api/logs?namespace=default&name=iris&tail=100&follow`.
struct LogAnswer: Sendable {
    let api: any KubernetesAPI
    let source: any PodLogSource
    let streams: StreamGate

    func answer(_ request: Request, _ query: Query) async -> Response {
        guard let name = query["name"], !name.isEmpty else {
            return .text("Name a service: /api/logs?name=NAME&namespace=NAMESPACE\n", status: .badRequest)
        }
        if let tail = query["tail"], Int(tail).map({ $0 < 0 }) ?? true {
            return .text("tail is '\(tail)'; it must be a whole number from 0.\n", status: .badRequest)
        }
        let key = ObjectKey(namespace: query["namespace"] ?? "default", name: name)
        let stream = ServiceLogStream(
            api: self.api,
            source: self.source,
            service: key,
            tail: query["tail"].flatMap(Int.init)
        )
        do throws(KubernetesError) {
            _ = try await self.api.get(.inferenceService, key)
            let pods = try await stream.pods()
            return self.streams.stream("text/plain; charset=utf-8", for: request) { channel in
                if query.isOn("follow") {
                    await stream.follow(pods, into: channel)
                } else {
                    await stream.run(pods, into: channel)
                }
            }
        } catch {
            guard error.code == .notFound else { return StatusDocument(error).answer }
            return .text(
                "There is no InferenceService \(name) in the namespace \(key.namespace).\n",
                status: .notFound
            )
        }
    }
}
