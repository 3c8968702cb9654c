import EmbeddedCluster
import KubernetesClient
import StructuredData
import Testing

@Suite("ManifestApplier")
struct ManifestApplierTests {
    static let first = """
        apiVersion: serving.kserve.io/v1beta1
        kind: InferenceService
        metadata: {name: iris}
        spec:
          predictor: {minReplicas: 0, model: {modelFormat: {name: onnx}, storageUri: m}}
        ---
        apiVersion: serving.kserve.io/v1beta1
        kind: InferenceService
        metadata: {name: digits}
        spec: {predictor: {minReplicas: 0, model: {modelFormat: {name: onnx}, storageUri: m}}}
        """
    static let changed = """
        apiVersion: serving.kserve.io/v1beta1
        kind: InferenceService
        metadata: {name: iris}
        spec: {predictor: {minReplicas: 2, model: {modelFormat: {name: onnx}, storageUri: m}}}
        """
    static let broken = "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: [}\n"

    @Test("creates what is new, leaves what is the same, updates what changed, removes what is gone") func rounds()
        async throws
    {
        let api = EmbeddedAPI.inMemory()
        let applier = ManifestApplier(api: api)
        let first = try await applier.apply(Self.read(Self.first))
        #expect(first.changed.count == 2, "\(first.problems)")
        let again = try await applier.apply(Self.read(Self.first))
        #expect(again.changed.isEmpty && again.removed.isEmpty)
        let third = try await applier.apply(Self.read(Self.changed))
        #expect(third.changed == ["InferenceService default/iris"], "\(third.problems)")
        #expect(third.removed == ["InferenceService default/digits"])
        #expect(try await Self.minReplicas(api) == 2)
    }

    @Test("what vanished while nobody watched goes as well") func restart() async throws {
        let api = EmbeddedAPI.inMemory()
        _ = try await ManifestApplier(api: api).apply(Self.read(Self.first))
        let outcome = try await ManifestApplier(api: api).apply(ManifestReading())
        #expect(outcome.removed.count == 2)
    }

    @Test("a broken edit is told with its place, and nothing is taken away") func brokenEdit() async throws {
        let api = EmbeddedAPI.inMemory()
        let applier = ManifestApplier(api: api)
        _ = try await applier.apply(Self.read(Self.first))
        let outcome = try await applier.apply(Self.read(Self.broken))
        #expect(outcome.removed.isEmpty)
        #expect(outcome.problems.first?.problem.line == 3)
        #expect(try await Self.minReplicas(api) == 0)
        #expect(try await applier.apply(Self.read(Self.changed)).removed == ["InferenceService default/digits"])
    }

    @Test("an object that breaks a rule keeps its last good state, and the others are applied") func refused()
        async throws
    {
        let rule = AdmissionRule(
            .inferenceService,
            check: { object, _ in
                object.name == "iris" ? [Problem(path: "spec.predictor.minReplicas", message: "is wrong")] : []
            }
        )
        let api = EmbeddedAPI.inMemory(admission: [rule])
        let applier = ManifestApplier(api: api)
        let outcome = try await applier.apply(Self.read(Self.first))
        #expect(outcome.changed == ["InferenceService default/digits"])
        #expect(outcome.problems.map(\.problem.line) == [1])
        #expect(outcome.problems.first?.problem.message.contains("spec.predictor.minReplicas") == true)
        #expect(outcome.problems.first?.subject == "InferenceService default/iris")
    }

    @Test("what a user scaled or labelled by hand is set back only when the file changes it") func ownersStay()
        async throws
    {
        let api = EmbeddedAPI.inMemory()
        let applier = ManifestApplier(api: api)
        _ = try await applier.apply(Self.read(Self.changed))
        let patch: JSONValue = ["metadata": ["finalizers": ["test/keep"]]]
        let key = ObjectKey(namespace: "default", name: "iris")
        _ = try await api.patch(.inferenceService, key, merge: patch, subresource: nil)
        #expect(try await applier.apply(Self.read(Self.changed)).changed.isEmpty)
        #expect(try await api.get(.inferenceService, key).metadata["finalizers"] == ["test/keep"])
    }

    static func read(_ text: String) -> ManifestReading {
        ManifestReader().read(text: text, file: "test.yaml", folder: "/models")
    }

    static func minReplicas(_ api: EmbeddedAPI) async throws -> Int? {
        try await api.get(.inferenceService, ObjectKey(namespace: "default", name: "iris"))
            .spec["predictor"]?["minReplicas"]?.intValue
    }
}
