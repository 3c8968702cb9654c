import KubernetesClient
import ServingAPI

/// The output of all replicas of one service, those that start while it is followed included.
struct ServiceLogStream: Sendable {
    let api: any KubernetesAPI
    let source: any PodLogSource
    let service: ObjectKey
    /// Begins so many lines before the end of each replica's log; `nil` for everything that is kept.
    let tail: Int?

    private var selector: LabelSelector { LabelSelector([LabelName.inferenceService: self.service.name]) }

    /// The pods as they are now, by name.
    func pods() async throws(KubernetesError) -> KubernetesList {
        try await self.api.list(.pod, namespace: self.service.namespace, selector: self.selector)
    }

    /// Sends what the pods have written.
    func run(_ pods: KubernetesList, into channel: ByteChannel) async {
        for pod in pods.items.sorted(by: { $0.name < $1.name }) {
            await self.send(pod.key, tail: self.tail, follow: false, prefixed: pods.items.count > 1, into: channel)
        }
    }

    /// Sends what the pods have written and what they, and pods that come later, write next, until the reader leaves.
    func follow(_ pods: KubernetesList, into channel: ByteChannel) async {
        await withTaskGroup(of: Void.self) { group in
            var followed: Set<String> = []
            func follow(_ pod: KubernetesObject, tail: Int?) {
                guard followed.insert(pod.uid).inserted else { return }
                let key = pod.key
                group.addTask { await self.send(key, tail: tail, follow: true, prefixed: true, into: channel) }
            }
            for pod in pods.items { follow(pod, tail: self.tail) }
            do {
                let events = try await self.api.watch(
                    .pod,
                    namespace: self.service.namespace,
                    selector: self.selector,
                    from: pods.resourceVersion
                )
                for try await event in events {
                    switch event {
                    // A pod that came later is told of from its beginning.
                    case .added(let pod), .modified(let pod): follow(pod, tail: nil)
                    case .deleted: break
                    }
                }
            } catch {
                await channel.send("replicas that start from now on are not shown: \(error)\n")
            }
            await group.waitForAll()
        }
    }

    private func send(_ pod: ObjectKey, tail: Int?, follow: Bool, prefixed: Bool, into channel: ByteChannel) async {
        let prefix = prefixed ? "\(pod.name) | " : ""
        do {
            for try await line in try await self.source.lines(of: pod, tail: tail, follow: follow) {
                guard await channel.send("\(prefix)\(line)\n") else { return }
            }
        } catch {
            await channel.send("\(prefix)the log ends here: \(error)\n")
        }
    }
}
