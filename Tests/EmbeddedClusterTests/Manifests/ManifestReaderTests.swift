import EmbeddedCluster
import Foundation
import KubernetesClient
import StructuredData
import Testing

@Suite("ManifestReader")
struct ManifestReaderTests {
    static let fixtures = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/manifests").path

    /// Runs `body` with a new folder that holds `files`, and removes it.
    static func withFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("manifests-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            let file = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: file)
        }
        try body(folder.path)
    }

    static func service(_ name: String, uri: String = "/models/iris") -> String {
        """
        apiVersion: serving.kserve.io/v1beta1
        kind: InferenceService
        metadata: {name: \(name)}
        spec: {predictor: {model: {modelFormat: {name: onnx}, storageUri: "\(uri)"}}}

        """
    }

    @Test("the manifests of the guides are accepted as they stand") func guides() {
        let reading = ManifestReader().read(paths: [Self.fixtures])
        #expect(
            reading.objects.map { "\($0.type.kind) \($0.object.key)" } == [
                "InferenceService default/churn-predictor",
                "InferenceService production/sklearn-iris",
                "InferenceService default/llm-server",
                "InferenceService default/text-classifier",
                "ServingRuntime default/triton-runtime",
                "InferenceService default/model-a",
                "InferenceService default/sklearn-iris",
                "InferenceService default/my-llm",
            ]
        )
        #expect(reading.files.count == 8)
        #expect(reading.problems.map(\.cause) == [.unsupportedKind])
        #expect(
            reading.problems.first?.description
                == "\(Self.fixtures)/02-hpa-on-inferenceservice.yaml:2: HorizontalPodAutoscaler "
                + "default/churn-predictor-hpa: kind: objects of kind HorizontalPodAutoscaler (autoscaling/v2) are not "
                + "supported, this one is left out; kinds that can be applied: InferenceService, ServingRuntime, "
                + "ClusterServingRuntime, ScaledObject, TriggerAuthentication, ClusterTriggerAuthentication, "
                + "Deployment, Pod, Service, ConfigMap, Secret"
        )
    }

    @Test("fields stand unchanged in the object") func unchanged() throws {
        let reading = ManifestReader().read(paths: ["\(Self.fixtures)/04-gpu-llm-server.yaml"])
        let object = try #require(reading.objects.first)
        #expect(
            object.object.spec == [
                "predictor": [
                    "model": [
                        "modelFormat": ["name": "pytorch"], "storageUri": "pvc://model-storage/llama-7b",
                        "runtime": "kserve-torchserve",
                        "resources": ["limits": ["nvidia.com/gpu": 1, "memory": "32Gi"]],
                    ],
                    "minReplicas": 1, "maxReplicas": 4, "scaleTarget": 10, "scaleMetric": "concurrency",
                ]
            ]
        )
        #expect(object.origin.sources.line(of: "spec.predictor.model.runtime") == 11)
        #expect(object.origin.line == 1)
    }

    @Test("folders are read in order, hidden files and other files are not") func folders() throws {
        let files = [
            "b.yaml": Self.service("b"), "a/z.yml": Self.service("z"), "a/deep/er/y.json": #"{"apiVersion":"v1"}"#,
            ".hidden.yaml": "x", "notes.txt": "x", ".git/c.yaml": Self.service("c"),
        ]
        try Self.withFolder(files) { folder in
            let reading = ManifestReader().read(paths: [folder, "\(folder)/b.yaml"])
            #expect(reading.files == ["\(folder)/a/deep/er/y.json", "\(folder)/a/z.yml", "\(folder)/b.yaml"])
            #expect(reading.objects.map(\.object.name) == ["z", "b"])
            #expect(
                reading.problems.map(\.description) == [
                    "\(folder)/a/deep/er/y.json:1: kind: is required; every document is one Kubernetes object"
                ]
            )
        }
    }

    @Test("what cannot be read is said") func unreadable() throws {
        var reader = ManifestReader()
        reader.maximumFileBytes = 1 << 20
        let files = ["large.yaml": String(repeating: "#", count: 1 << 20 + 1), "deep/a.yaml": Self.service("a")]
        try Self.withFolder(files) { folder in
            try Data([0xFF, 0xFE]).write(to: URL(fileURLWithPath: "\(folder)/latin.yaml"))
            let reading = reader.read(paths: ["\(folder)/nowhere", folder])
            #expect(
                reading.problems.map(\.description) == [
                    "\(folder)/nowhere: there is no such file or folder",
                    "\(folder)/large.yaml: the file is larger than 1 MiB; split it",
                    "\(folder)/latin.yaml: the file is no UTF-8 text",
                ]
            )
            #expect(reading.problems.allSatisfy { $0.cause == .unreadable })
            #expect(reading.objects.map(\.object.name) == ["a"])
            reader.maximumFolderDepth = 1
            #expect(reader.read(paths: [folder]).problems.first?.problem.message == "folders are nested deeper than 1")
        }
    }

    @Test(
        "relative addresses of models start from the file's folder",
        arguments: [
            ("models/iris", "/srv/iris/models/iris"), ("./models//iris/", "/srv/iris/models/iris"),
            ("../shared", "/srv/shared"), ("../../../..", "/"), ("/abs/iris", "/abs/iris"),
            ("file:///abs/iris", "file:///abs/iris"), ("s3://bucket/iris", "s3://bucket/iris"),
        ]
    )
    func addresses(written: String, absolute: String) {
        let reading = ManifestReader().read(text: Self.service("a", uri: written), file: "a.yaml", folder: "/srv/iris")
        let model = reading.objects.first?.object.spec["predictor"]?["model"]
        #expect(model?["storageUri"] == .string(absolute))
    }

    @Test("relative addresses are found wherever they may stand") func addressesEverywhere() {
        let text = """
            apiVersion: serving.kserve.io/v1beta1
            kind: InferenceService
            metadata: {name: a}
            spec:
              predictor: {model: {modelFormat: {name: onnx}, storageUri: one}}
              transformer: {storageUris: [{uri: two}, {uri: /three}], containers: [{image: i}]}
              explainer: {art: {type: SquareAttack, storageUri: four}}
              canary: [{predictor: {name: b, model: {modelFormat: {name: onnx}, storageUri: five}}, trafficPercent: 1}]
            """
        let reading = ManifestReader().read(text: text, file: "a.yaml", folder: "/m")
        let spec = reading.objects.first?.object.spec
        #expect(spec?["predictor"]?["model"]?["storageUri"] == "/m/one")
        #expect(spec?["transformer"]?["storageUris"] == [["uri": "/m/two"], ["uri": "/three"]])
        #expect(spec?["explainer"]?["art"]?["storageUri"] == "/m/four")
        #expect(spec?["canary"]?[0]?["predictor"]?["model"]?["storageUri"] == "/m/five")

        let legacy = Self.service("a").replacing("model: {modelFormat: {name: onnx}, ", with: "sklearn: {")
            .replacing("/models/iris", with: "iris")
        let object = ManifestReader().read(text: legacy, file: "a.yaml", folder: "/m").objects.first?.object
        #expect(object?.spec["predictor"] == ["sklearn": ["storageUri": "/m/iris"]])
    }

    @Test("a list is read as its items, with their lines") func list() {
        let text = """
            apiVersion: v1
            kind: List
            items:
            - apiVersion: serving.kserve.io/v1beta1
              kind: InferenceService
              metadata: {name: a, namespace: team}
              spec: {predictor: {model: {modelFormat: {name: onnx}, storageUri: /m}}}
            - apiVersion: serving.kserve.io/v1beta1
              kind: InferenceService
              metadata: {name: b}
              spec:
                predictor: {model: {modelFormat: {nmae: onnx}, storageUri: /m}}
            """
        let reading = ManifestReader().read(text: text, file: "a.yaml", folder: "/")
        #expect(reading.objects.map(\.object.key.description) == ["team/a"])
        #expect(reading.objects.first?.origin.line == 4)
        #expect(reading.objects.first?.origin.sources.line(of: "spec.predictor") == 7)
        let place = "a.yaml:12: InferenceService default/b: items[1].spec.predictor.model.modelFormat"
        #expect(
            reading.problems.map(\.description) == [
                "\(place).name: is required",
                "\(place).nmae: unknown field; did you mean 'name'?",
            ]
        )
    }

    @Test(
        "what is no object that can be applied",
        arguments: [
            ("hello\n", "f.yaml:1: must be an object, but is the string \"hello\""),
            ("kind: Pod\n", "f.yaml:1: apiVersion: is required; every document is one Kubernetes object"),
            (
                "apiVersion: v1\nkind: Pods\nmetadata: {name: a}\n",
                "f.yaml:2: Pods default/a: kind: unknown kind 'Pods'; did you mean 'Pod'?"
            ),
            (
                "apiVersion: serving.kserve.io/v1alpha2\nkind: InferenceService\n",
                "f.yaml:1: InferenceService: apiVersion: is 'serving.kserve.io/v1alpha2', but InferenceService is "
                    + "served as 'serving.kserve.io/v1beta1'"
            ),
            (
                "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  ? [x]\n  : 1\n",
                "f.yaml:5: Pod default/a: metadata: keys must be plain text"
            ),
            ("apiVersion: v1\nkind: Service\n", "f.yaml:1: Service: metadata: is required"),
            (
                "apiVersion: keda.sh/v1alpha1\nkind: ScaledJob\nmetadata: {name: a}\n",
                "f.yaml:2: ScaledJob default/a: kind: ScaledJob is not supported: it starts a Job for each piece of work, "
                    + "and there are no Jobs here; use a ScaledObject, whose replicas finish what they began before they "
                    + "are stopped"
            ),
        ]
    )
    func noObject(text: String, problem: String) {
        let reading = ManifestReader().read(text: text, file: "f.yaml", folder: "/")
        #expect(reading.objects.isEmpty)
        #expect(reading.problems.map(\.description).prefix(1) == [problem])
    }

    @Test("one name for one object") func duplicates() {
        let text = Self.service("a") + "---\n" + Self.service("b") + "---\n" + Self.service("a", uri: "/other")
        let reading = ManifestReader().read(text: text, file: "f.yaml", folder: "/")
        #expect(reading.objects.map(\.object.name) == ["a", "b"])
        #expect(
            reading.problems.map(\.description) == [
                "f.yaml:11: InferenceService default/a: is defined a second time; the first is at f.yaml:1"
            ]
        )
    }
}
