import HTTPTypes
import Hummingbird
import KubernetesClient

/// The output of one pod, as `kubectl logs` asks for it.
struct PodLogAnswer: Sendable {
    let source: any PodLogSource
    let streams: StreamGate

    func answer(pod: ObjectKey, _ request: Request, _ query: Query) async throws(KubernetesError) -> Response {
        let tail = query["tailLines"].flatMap(Int.init).map { max(0, $0) }
        let lines = try await self.source.lines(of: pod, tail: tail, follow: query.isOn("follow"))
        return self.streams.stream("text/plain; charset=utf-8", for: request) { channel in
            do {
                for try await line in lines {
                    guard await channel.send(line + "\n") else { return }
                }
            } catch {
                await channel.send("the log ends here: \(error)\n")
            }
        }
    }
}
