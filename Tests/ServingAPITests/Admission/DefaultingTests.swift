import ServingAPI
import StructuredData
import Testing

@Suite("Defaulting")
struct DefaultingTests {
    static func defaulted(
        _ json: JSONValue,
        _ change: (inout InferenceServiceDefaults) -> Void = { _ in }
    )
        -> JSONValue
    {
        var defaults = InferenceServiceDefaults()
        change(&defaults)
        return InferenceService.defaulting(json, defaults: defaults)
    }

    @Test("a legacy key becomes a model, with its protocol") func legacy() throws {
        for (framework, version) in [("onnx", "v2"), ("triton", "v2"), ("huggingface", "v2"), ("sklearn", nil)] {
            let json = Self.defaulted(try Fixture.service(#"{"\#(framework)":{"storageUri":"/m"},"minReplicas":0}"#))
            var model: JSONValue = ["modelFormat": ["name": .string(framework)], "storageUri": "/m"]
            if let version { model["protocolVersion"] = .string(version) }
            #expect(json["spec"]?["predictor"] == ["model": model, "minReplicas": 0])
            #expect(json["metadata"]?["annotations"] == ["modelFormat": .string(framework)])
        }
    }

    @Test(
        "a modern model gets a protocol only where its format speaks one",
        arguments: [("triton", "v2"), ("vLLM", "v2"), ("onnx", nil), ("sklearn", nil)] as [(String, String?)]
    )
    func modern(format: String, version: String?) throws {
        let json = Self.defaulted(try Fixture.service(#"{"model":{"modelFormat":{"name":"\#(format)"}}}"#))
        #expect(json["spec"]?["predictor"]?["model"]?["protocolVersion"]?.stringValue == version)
        let chosen = Self.defaulted(
            try Fixture.service(#"{"model":{"modelFormat":{"name":"\#(format)"},"protocolVersion":"v1"}}"#)
        )
        #expect(chosen["spec"]?["predictor"]?["model"]?["protocolVersion"] == "v1")
    }

    @Test("ModelMesh keeps the legacy key") func modelMesh() throws {
        let annotations = ["serving.kserve.io/deploymentMode": "ModelMesh"]
        let json = try Fixture.service(#"{"sklearn":{"storageUri":"/m"}}"#, annotations: annotations)
        #expect(Self.defaulted(json) == json)
    }

    @Test(
        "annotations of the author's stay as they are",
        arguments: ["RawDeployment", "Serverless", "Standard", "Knative"]
    )
    func modes(mode: String) throws {
        let annotations = ["serving.kserve.io/deploymentMode": mode, "modelFormat": "mine"]
        let json = Self.defaulted(try Fixture.service(#"{"sklearn":{"storageUri":"/m"}}"#, annotations: annotations))
        #expect(json["metadata"]?["annotations"] == JSONValue(annotations))
    }

    @Test("the container that serves gets its name and resources") func customContainer() throws {
        let full: JSONValue = ["cpu": "1", "memory": "2Gi"]
        let one = Self.defaulted(try Fixture.service(#"{"containers":[{"name":"mine","image":"i"}]}"#))
        let resources: JSONValue = ["requests": full, "limits": full]
        #expect(
            one["spec"]?["predictor"]?["containers"] == [
                ["name": "kserve-container", "image": "i", "resources": resources]
            ]
        )
        let partial = Self.defaulted(
            try Fixture.service(
                #"{"containers":[{"image":"i","resources":{"limits":{"memory":"8Gi","nvidia.com/gpu":"1"}}},"#
                    + #"{"name":"b"}]}"#
            )
        )
        let first = partial["spec"]?["predictor"]?["containers"]?[0]
        #expect(first?["name"] == "kserve-container")
        let limits: JSONValue = ["cpu": "1", "memory": "8Gi", "nvidia.com/gpu": "1"]
        #expect(first?["resources"] == ["requests": full, "limits": limits])
        let two = Self.defaulted(try Fixture.service(#"{"containers":[{"name":"a"},{"name":"b"}]}"#))
        #expect(two["spec"]?["predictor"]?["containers"]?[0]?["name"] == "a")
        let sidecar = try Fixture.service(#"{"model":{"modelFormat":{"name":"a"}},"containers":[{"name":"s"}]}"#)
        #expect(Self.defaulted(sidecar)["spec"]?["predictor"]?["containers"] == [["name": "s"]])
    }

    @Test("transformers and explainers get theirs too") func otherComponents() throws {
        let more = #"{"transformer":{"containers":[{"image":"t"}]},"explainer":{"containers":[{"image":"e"}]}}"#
        let json = Self.defaulted(try Fixture.service(#"{"sklearn":{}}"#, more: more))
        for component in ["transformer", "explainer"] {
            #expect(json["spec"]?[component]?["containers"]?[0]?["name"] == "kserve-container")
        }
    }

    @Test("tokens are withheld only where the cluster says so") func tokens() throws {
        let json = try Fixture.service(#"{"sklearn":{}}"#)
        #expect(Self.defaulted(json)["spec"]?["predictor"]?["automountServiceAccountToken"] == nil)
        let withheld = Self.defaulted(json) { $0.mountsServiceAccountToken = false }
        #expect(withheld["spec"]?["predictor"]?["automountServiceAccountToken"] == false)
        let asked = try Fixture.service(#"{"sklearn":{},"automountServiceAccountToken":true}"#)
        let kept = Self.defaulted(asked) { $0.mountsServiceAccountToken = false }
        #expect(kept["spec"]?["predictor"]?["automountServiceAccountToken"] == true)
    }

    @Test("twice is once, and what cannot be read is left alone") func idempotent() throws {
        let json = try Fixture.service(#"{"onnx":{"storageUri":"/m"}}"#)
        #expect(Self.defaulted(Self.defaulted(json)) == Self.defaulted(json))
        #expect(Self.defaulted(["kind": "InferenceService"]) == ["kind": "InferenceService"])
    }

    @Test("everything else keeps its place") func order() throws {
        let json = try Fixture.service(#"{"timeout":5,"containers":[{"image":"i"}],"minReplicas":1}"#)
        let keys = Self.defaulted(json)["spec"]?["predictor"]?.objectValue?.keys
        #expect(keys == ["timeout", "containers", "minReplicas"])
    }
}
