import ServingAPI
import StructuredData
import Testing

@Suite("Rules of admission")
struct AdmissionRulesTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let rule: String
        let predictor: String
        var annotations: [String: String] = [:]
        var more = "{}"
        /// `nil` when the service is right.
        let problem: String?

        init(
            _ rule: String,
            _ predictor: String,
            annotations: [String: String] = [:],
            more: String = "{}",
            _ problem: String?
        ) {
            self.rule = rule
            self.predictor = predictor
            self.annotations = annotations
            self.more = more
            self.problem = problem
        }

        var testDescription: String { "\(self.rule): \(self.problem ?? "right")" }
    }

    static let mode = "serving.kserve.io/deploymentMode"
    static let scaler = "serving.kserve.io/autoscalerClass"
    static let plainModel = #""model":{"modelFormat":{"name":"onnx"},"storageUri":"/m"}"#

    /// A predictor that scales on this one metric.
    static func metric(_ metric: String) -> String { Self.with(#""autoScaling":{"metrics":[{\#(metric)}]}"#) }
    /// A predictor that scales on a resource with these particulars.
    static func resource(_ name: String, _ target: String) -> String {
        Self.metric(#""type":"Resource","resource":{"name":"\#(name)","target":{\#(target)}}"#)
    }

    /// A predictor with a model and these further fields.
    static func with(_ fields: String) -> String { "{\(Self.plainModel),\(fields)}" }
    /// A model with these further fields.
    static func model(_ fields: String) -> String { #"{"model":{"modelFormat":{"name":"onnx"},\#(fields)}}"# }

    static func problems(of row: Row) throws -> [String] {
        let json = try Fixture.service(row.predictor, annotations: row.annotations, more: row.more)
        return InferenceService.problems(of: json).map(\.description)
    }

    static let componentsRows: [Row] = [
        Row("V2", "{\(plainModel)}", annotations: [scaler: "keda"], nil),
        Row(
            "V2",
            "{\(plainModel)}",
            annotations: [scaler: "kedaa"],
            "metadata.annotations[\"\(scaler)\"]: is 'kedaa', but must be one of 'hpa', 'external', 'keda', 'none'; "
                + "did you mean 'keda'?"
        ),
        Row(
            "modes",
            "{\(plainModel)}",
            annotations: [mode: "Raw"],
            "metadata.annotations[\"\(mode)\"]: is 'Raw', but must be one of 'Standard', 'RawDeployment', 'Knative', "
                + "'Serverless', 'ModelMesh'"
        ),
        Row(
            "V3",
            model(#""env":[{"name":"A"},{"name":"PYTHONPATH"}]"#),
            "spec.predictor.model.env[1].name: is 'PYTHONPATH', which must not be set: it would let other code into "
                + "the server"
        ),
        Row(
            "V3",
            with(#""initContainers":[{"name":"i","image":"i","env":[{"name":"PYTHONPATH"}]}]"#),
            "spec.predictor.initContainers[0].env[0].name: is 'PYTHONPATH', which must not be set: it would let other "
                + "code into the server"
        ),
        Row("V4", "{}", "spec.predictor: needs a 'model', or 'containers' that serve one"),
        Row("V4", #"{"containers":[{"image":"i"}]}"#, nil),
        Row("V4", #"{"sklearn":{},"containers":[{"name":"side","image":"i"}]}"#, nil),
        Row(
            "V4",
            #"{"sklearn":{},"model":{"modelFormat":{"name":"onnx"}},"onnx":{}}"#,
            "spec.predictor: has 'model', 'sklearn', 'onnx', but must have one implementation only"
        ),
        Row("V4", "{\(plainModel)}", more: #"{"transformer":{}}"#, "spec.transformer: needs 'containers'"),
        Row("V4", "{\(plainModel)}", more: #"{"explainer":{}}"#, "spec.explainer: needs 'art' or 'containers'"),
        Row(
            "V5",
            model(#""name":"mine""#),
            "spec.predictor.model.name: must be left out: the runtime names its container"
        ),
        Row(
            "V12",
            with(#""containers":[{"name":"transformer-container","image":"t","env":[{"name":"STORAGE_URI"}]}]"#),
            "spec.predictor.containers[0].env[0].name: is 'STORAGE_URI', which the transformer must not set: the model "
                + "belongs to the server"
        ),
        Row("V13", #"{"containers":[{"image":"i","env":[{"name":"PROTOCOL","value":"v2"}]}]}"#, nil),
        Row(
            "V13",
            #"{"containers":[{"image":"i","env":[{"name":"PROTOCOL","value":"v3"}]}]}"#,
            "spec.predictor.containers[0].env[0].value: is 'v3', but must be one of 'v1', 'v2'; did you mean 'v1'?"
        ),
        Row(
            "containers",
            #"{"containers":[{"args":["a"]}]}"#,
            "spec.predictor.containers[0]: needs an 'image', or a 'command' to run as a local process"
        ),
        Row("containers", #"{"containers":[{"command":["a"]}]}"#, nil),
        Row(
            "containers",
            #"{"containers":[{"image":"i"},{"image":"j"}]}"#,
            "spec.predictor.containers[1].name: is required"
        ),
        Row(
            "containers",
            #"{"containers":[{"name":"a","image":"i"},{"name":"a","image":"j"}]}"#,
            "spec.predictor.containers[1].name: is 'a', which another container is called already"
        ),
    ]

    @Test("components and containers", arguments: componentsRows) func components(row: Row) throws {
        #expect(try Self.problems(of: row) == [row.problem].compactMap(\.self))
    }

    static let scalingRows: [Row] = [
        Row("V6", with(#""minReplicas":0,"maxReplicas":0"#), nil),
        Row("V6", with(#""minReplicas":2,"maxReplicas":2"#), nil),
        Row("V6", with(#""minReplicas":-1"#), "spec.predictor.minReplicas: is -1, but must be at least 0"),
        Row("V6", with(#""maxReplicas":-1"#), "spec.predictor.maxReplicas: is -1, but must be at least 0"),
        Row(
            "V6",
            with(#""minReplicas":5,"maxReplicas":3"#),
            "spec.predictor.maxReplicas: is 3, but must be at least 'minReplicas', which is 5, or 0 for no limit"
        ),
        Row("V7", with(#""containerConcurrency":0"#), nil),
        Row(
            "V7",
            with(#""containerConcurrency":-1"#),
            "spec.predictor.containerConcurrency: is -1, but must be at least 0"
        ),
        Row("timeout", with(#""timeout":-1"#), "spec.predictor.timeout: is -1, but must be at least 0"),
        Row("V8", with(#""logger":{"url":"http://l"}"#), nil),
        Row("V8", with(#""logger":{"mode":""}"#), nil),
        Row(
            "V8",
            with(#""logger":{"mode":"both"}"#),
            "spec.predictor.logger.mode: is 'both', but must be one of 'all', 'request', 'response'"
        ),
        Row(
            "V8",
            with(#""logger":{"storage":{"path":"p","key":"k"}}"#),
            "spec.predictor.logger.storage.parameters: is required"
        ),
        Row("V14", with(#""scaleTarget":1,"scaleMetric":"rps""#), nil),
        Row(
            "V14",
            with(#""scaleTarget":0,"scaleMetric":"rps""#),
            "spec.predictor.scaleTarget: is 0, but must be at least 1"
        ),
        Row("V14", with(#""scaleMetric":"cpu""#), annotations: [mode: "Serverless"], nil),
        Row("V14", with(#""deploymentStrategy":{"type":"Recreate"}"#), nil),
        Row("V15", with(#""scaleMetric":"cpu","scaleTarget":100"#), nil),
        Row(
            "V15",
            with(#""scaleMetric":"cpu","scaleTarget":101"#),
            "spec.predictor.scaleTarget: is 101, but must be from 1 to 100: percent of the processor request"
        ),
        Row(
            "V15",
            with(#""scaleMetric":"rps""#),
            annotations: [mode: "Standard", scaler: "hpa"],
            "spec.predictor.scaleMetric: is 'rps', but the autoscaler class 'hpa' knows 'cpu' and 'memory' only; "
                + "leave the annotation out"
        ),
        Row("V15", with(#""scaleMetric":"rps""#), annotations: [mode: "Serverless", scaler: "hpa"], nil),
        Row(
            "V15",
            metric(#""type":"External","external":{"metric":{"query":"q"},"target":{"value":1}}"#),
            annotations: [mode: "RawDeployment", scaler: "hpa"],
            "spec.predictor.autoScaling.metrics[0].type: is 'External', but the autoscaler class 'hpa' knows "
                + "'Resource' only"
        ),
        Row(
            "V16",
            with(#""scaleMetric":"cpu""#),
            annotations: [mode: "Standard", scaler: "keda"],
            "spec.predictor.scaleMetric: must be left out with the autoscaler class 'keda'; use 'autoScaling.metrics'"
        ),
        Row(
            "V16",
            resource("cpu", #""type":"Value""#),
            "spec.predictor.autoScaling.metrics[0].resource.target.type: is 'Value', but must be 'Utilization' for cpu"
        ),
        Row(
            "V16",
            resource("memory", #""type":"AverageValue","averageValue":"1Ki""#),
            "spec.predictor.autoScaling.metrics[0].resource.target.averageValue: is 1Ki, but must be at least 1Mi"
        ),
        Row(
            "V16",
            resource("cpu", #""averageUtilization":0"#),
            "spec.predictor.autoScaling.metrics[0].resource.target.averageUtilization: is 0, but must be from 1 to 100"
        ),
        Row(
            "V16",
            metric(#""type":"External","external":{"metric":{"query":"q"},"target":{}}"#),
            "spec.predictor.autoScaling.metrics[0].external.target.value: is required"
        ),
        Row(
            "V16",
            metric(#""type":"PodMetric","podmetric":{"metric":{"query":""},"target":{"value":1}}"#),
            "spec.predictor.autoScaling.metrics[0].podmetric.metric.query: is required"
        ),
        Row(
            "V16",
            metric(#""type":"External""#),
            "spec.predictor.autoScaling.metrics[0].external: is required, because 'type' is 'External'"
        ),
        Row(
            "V17",
            with(#""minReplicas":3,"maxReplicas":2"#),
            annotations: [mode: "Standard"],
            "spec.predictor.maxReplicas: is 2, but must be at least 'minReplicas', which is 3, or 0 for no limit"
        ),
        Row("alias", with(#""targetConcurrency":4"#), nil),
        Row("alias", with(#""targetConcurrency":4,"scaleTarget":4,"scaleMetric":"concurrency""#), nil),
        Row(
            "alias",
            with(#""targetConcurrency":4,"scaleMetric":"rps""#),
            "spec.predictor.targetConcurrency: means 'scaleMetric: concurrency', but 'scaleMetric' is 'rps'; keep one"
        ),
        Row(
            "alias",
            with(#""targetConcurrency":4,"scaleTarget":5"#),
            "spec.predictor.targetConcurrency: is 4, but 'scaleTarget' is 5 and means the same; keep one"
        ),
        Row(
            "annotations",
            "{\(plainModel)}",
            annotations: ["autoscaling.knative.dev/window": "1s"],
            "metadata.annotations[\"autoscaling.knative.dev/window\"]: is '1s', but must be a duration of whole "
                + "seconds from 6s to 1h"
        ),
        Row(
            "percent",
            with(#""canaryTrafficPercent":101"#),
            "spec.predictor.canaryTrafficPercent: is 101, but must be from 0 to 100"
        ),
    ]

    @Test("scaling", arguments: scalingRows) func scaling(row: Row) throws {
        #expect(try Self.problems(of: row) == [row.problem].compactMap(\.self))
    }

    static let storageRows: [Row] = [
        Row("V9", model(#""storage":{"path":"p","parameters":{"type":"s3"}}"#), nil),
        Row("V9", model(#""storage":{"path":"p"},"storageUri":"hdfs://x""#), nil),
        Row(
            "V9",
            model(#""storage":{"path":"p"},"storageUri":"gs://b/x""#),
            "spec.predictor.model.storageUri: must begin with s3://, hdfs:// or webhdfs:// when 'storage' is given too"
        ),
        Row(
            "V9",
            model(#""storage":{"path":"p","parameters":{"type":"gs"}}"#),
            "spec.predictor.model.storage.parameters.type: is 'gs', but must be one of 's3', 'hdfs', 'webhdfs'"
        ),
        Row(
            "V10",
            with(#""storageUris":[{"uri":"s3://b/x"}]"#),
            "spec.predictor.model.storageUri: must be left out beside 'storageUris'; keep one of them"
        ),
        Row(
            "V10",
            #"{"onnx":{},"storageUris":[{"uri":"s3://a","mountPath":"/m/a"},"#
                + #"{"uri":"pvc://c","mountPath":"/x"},{"uri":"s3://b","mountPath":"/m/b"}]}"#,
            nil
        ),
        Row(
            "V10",
            #"{"onnx":{},"storageUris":[{"uri":"s3://a","mountPath":"/m/a"},{"uri":"s3://b","mountPath":"/n/b"}]}"#,
            "spec.predictor.storageUris[1].mountPath: is '/n/b', but must share a folder other than '/' with '/m/a'"
        ),
        Row(
            "V10",
            #"{"onnx":{},"storageUris":[{"uri":"s3://a","mountPath":"m/a"}]}"#,
            "spec.predictor.storageUris[0].mountPath: is 'm/a', but must be an absolute path other than '/' and "
                + "without '..'"
        ),
        Row(
            "V10",
            #"{"onnx":{},"storageUris":[{"uri":"s3://a","mountPath":"/m/../a"}]}"#,
            "spec.predictor.storageUris[0].mountPath: is '/m/../a', but must be an absolute path other than '/' and "
                + "without '..'"
        ),
        Row(
            "V10",
            #"{"onnx":{},"storageUris":[{"uri":"s3://a","mountPath":"/"}]}"#,
            "spec.predictor.storageUris[0].mountPath: is '/', but must be an absolute path other than '/' and without "
                + "'..'"
        ),
        Row(
            "V10",
            #"{"onnx":{},"storageUris":[{"uri":"pvc://a"},{"uri":"pvc://b"}]}"#,
            "spec.predictor.storageUris[1].mountPath: is '/mnt/models', where another claim is mounted already"
        ),
        Row("V10", #"{"onnx":{},"storageUris":[{}]}"#, "spec.predictor.storageUris[0].uri: is required"),
        Row(
            "V11",
            model(#""storageUri":"ftp://x/y""#),
            "spec.predictor.model.storageUri: has the scheme 'ftp://', but must have one of s3://, gs://, pvc://, "
                + "file://, https://, http://, hdfs://, webhdfs://, oci://, oci+native://, oci+fetch://, hf://, "
                + "modelscope://, or be a path"
        ),
        Row("V11", model(#""storageUri":"https://a.blob.core.windows.net/c/p""#), nil),
        Row("V11", model(#""storageUri":"s3://""#), "spec.predictor.model.storageUri: names nothing behind 's3://'"),
        Row("V11", model(#""storageUri":"""#), "spec.predictor.model.storageUri: must not be empty"),
        Row("V22", model(#""confidential":{"enabled":false}"#), nil),
        Row(
            "V22",
            model(#""confidential":{"enabled":true}"#),
            "spec.predictor.model.confidential: needs 'storageUri'"
        ),
        Row("V23", model(#""storageUri":"pvc://claim/a/b""#), nil),
        Row(
            "V23",
            model(#""storageUri":"pvc:///a""#),
            "spec.predictor.model.storageUri: names no claim; write pvc://CLAIM or pvc://CLAIM/PATH"
        ),
    ]

    @Test("storage", arguments: storageRows) func storage(row: Row) throws {
        #expect(try Self.problems(of: row) == [row.problem].compactMap(\.self))
    }

    @Test(
        "names are DNS names that begin with a letter",
        arguments: [
            ("a", true), ("iris-2", true), ("Iris", false), ("2iris", false), ("iris-", false), ("-iris", false),
            ("ir.is", false), ("i_s", false), (String(repeating: "a", count: 63), true),
            (String(repeating: "a", count: 64), false),
        ]
    )
    func names(name: String, isRight: Bool) throws {
        var json = Fixture.plain
        json["metadata"]?["name"] = .string(name)
        #expect(InferenceService.problems(of: json).map(\.path) == (isRight ? [] : ["metadata.name"]))
        let predictor = try Fixture.service(Self.with(#""name":"\#(name)""#))
        #expect(InferenceService.problems(of: predictor).map(\.path) == (isRight ? [] : ["spec.predictor.name"]))
    }

    @Test("what could not be read breaks no other rule") func unreadable() throws {
        let json = try Fixture.service(#"{"model":"onnx","transformer":1,"minReplicas":"1"}"#)
        #expect(
            InferenceService.problems(of: json).map(\.description) == [
                "spec.predictor.model: must be an object, but is the string \"onnx\"",
                "spec.predictor.minReplicas: must be a whole number, but is the string \"1\"",
                "spec.predictor.transformer: unknown field",
            ]
        )
        let canary = #"{"predictor":{"name":5,"model":{"modelFormat":{"name":"onnx"}}},"trafficPercent":1}"#
        let named = try Fixture.service("{\(Self.plainModel)}", more: #"{"canary":[\#(canary)]}"#)
        #expect(
            InferenceService.problems(of: named).map(\.description)
                == ["spec.canary[0].predictor.name: must be a string, but is the integer 5"]
        )
        #expect(
            InferenceService.problems(of: ["spec": 1]).map(\.path) == ["apiVersion", "kind", "metadata", "spec"]
        )
    }

    @Test("admission gives the service with its defaults, or every problem") func admit() throws {
        let service = try InferenceService.admit(Fixture.service(#"{"onnx":{"storageUri":"/m"}}"#))
        #expect(service.spec.predictor.model?.protocolVersion == .v2)
        let json = try Fixture.service(#"{"onnx":{"storageUri":"ftp://m"},"minReplicas":-1,"x":1}"#)
        let found = #expect(throws: ProblemList.self) { try InferenceService.admit(json) }
        #expect(found?.problems.count == 3)
    }
}
