import EmbeddedCluster
import KubernetesClient
import StructuredData
import Testing

@Suite("The kinds of event-driven scaling")
struct ScalingKindsTests {
    let api = EmbeddedAPI.inMemory()

    private func scaledObject(_ name: String, target: String, kind: String? = nil) -> KubernetesObject {
        var object = KubernetesObject(.scaledObject, ObjectKey(namespace: "default", name: name))
        var reference: JSONValue = ["name": .string(target)]
        reference["kind"] = kind.map { .string($0) }
        object.spec = ["scaleTargetRef": reference, "triggers": [["type": "cron"]]]
        return object
    }

    @Test("two ScaledObjects cannot scale one Deployment, by whatever name they call it")
    func oneScalerPerTarget() async throws {
        _ = try await self.api.create(.scaledObject, self.scaledObject("first", target: "iris-predictor"))
        for rival in [
            self.scaledObject("second", target: "iris-predictor"),
            self.scaledObject("second", target: "iris", kind: "InferenceService"),
        ] {
            let error = await #expect(throws: KubernetesError.self) {
                _ = try await self.api.create(.scaledObject, rival)
            }
            #expect(error?.code == .invalid)
            #expect(error?.message.contains("first") == true, "\(error?.message ?? "")")
        }
        _ = try await self.api.create(.scaledObject, self.scaledObject("second", target: "digits-predictor"))
        let patch: JSONValue = ["spec": ["scaleTargetRef": ["name": "iris-predictor"]]]
        await #expect(throws: KubernetesError.self) {
            let key = ObjectKey(namespace: "default", name: "second")
            _ = try await self.api.patch(.scaledObject, key, merge: patch, subresource: nil)
        }
    }

    @Test("one that is there can be written again") func rewrite() async throws {
        let stored = try await self.api.create(.scaledObject, self.scaledObject("first", target: "web"))
        var changed = stored
        changed.spec["maxReplicaCount"] = 3
        _ = try await self.api.update(.scaledObject, changed, subresource: nil)
    }

    @Test("what a Secret says in plain text is stored as base64") func stringData() async throws {
        var secret = KubernetesObject(.secret, ObjectKey(namespace: "default", name: "broker"))
        secret.json["stringData"] = ["password": "s3cret"]
        let stored = try await self.api.create(.secret, secret)
        #expect(stored.json["data"] == ["password": "czNjcmV0"])
        #expect(stored.json["stringData"] == nil)
    }

    @Test("data that is no base64 is refused without being repeated") func brokenSecret() async throws {
        var secret = KubernetesObject(.secret, ObjectKey(namespace: "default", name: "broker"))
        secret.json["data"] = ["password": "s3cret!"]
        let error = await #expect(throws: KubernetesError.self) { _ = try await self.api.create(.secret, secret) }
        #expect(error?.message.contains("data.password") == true)
        #expect(error?.message.contains("s3cret") == false)
    }

    @Test("applying a file again keeps the replica count, a count changed in the file is taken")
    func replicasSurviveApplying() async throws {
        let applier = ManifestApplier(api: self.api)
        func manifest(_ replicas: String, image: String = "a") -> ManifestReading {
            let text = """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  \(replicas)
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: main, image: \(image)}]}
                """
            return ManifestReader().read(text: text, file: "web.yaml", folder: "/")
        }
        let key = ObjectKey(namespace: "default", name: "web")
        func replicas() async throws -> Int? {
            try await self.api.get(.deployment, key).spec["replicas"]?.intValue
        }
        #expect(try await applier.apply(manifest("replicas: 1")).problems.isEmpty)
        try await self.api.scale(.deployment, key, replicas: 5)
        _ = try await applier.apply(manifest("replicas: 1", image: "b"))
        #expect(try await replicas() == 5)
        _ = try await applier.apply(manifest("replicas: 2", image: "b"))
        #expect(try await replicas() == 2)
        try await self.api.scale(.deployment, key, replicas: 0)
        _ = try await applier.apply(manifest("", image: "b"))
        #expect(try await replicas() == 1)
        try await self.api.scale(.deployment, key, replicas: 4)
        _ = try await applier.apply(manifest("", image: "c"))
        #expect(try await replicas() == 4)
    }
}
