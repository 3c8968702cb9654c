import ServingAPI
import StructuredData
import Testing

@Suite("InferenceService")
struct InferenceServiceTests {
    @Test("every field is read and written again") func roundTrip() throws {
        let json = try JSONParser.parse(Fixture.everything)
        let service = try InferenceService(json: json)
        #expect(service.json == json)
        #expect(try InferenceService(json: service.json) == service)
        let predictor = service.spec.predictor
        #expect(predictor.model?.format == ModelSpec.Format(name: "onnx", version: "1"))
        #expect(predictor.model?.container.env.map(\.name) == ["E", "F"])
        #expect(predictor.model?.container.servingPort == 9000)
        #expect(predictor.component.scaleMetric == .concurrency)
        #expect(predictor.component.logger?.mode == .all)
        #expect(predictor.component.batcher?.maxLatencyMilliseconds == 50)
        #expect(predictor.component.autoScaling?.metrics.map(\.kind) == [.resource, .external, .podMetric])
        #expect(predictor.component.autoScaling?.metrics[1].query == "up")
        #expect(predictor.worker?.tensorParallelSize == 4)
        #expect(predictor.pod.other["nodeSelector"] == ["gpu": "yes"])
        #expect(service.spec.canary.first?.trafficPercent == 10)
        #expect(service.predictorName == "all-main-predictor")
        #expect(service.predictorAnnotations == ["a": "2", "ca": "2"])
    }

    @Test("every legacy form is a model", arguments: LegacyFramework.allCases) func legacy(
        framework: LegacyFramework
    )
        throws
    {
        let json = try Fixture.service(#"{"\#(framework.rawValue)":{"storageUri":"/m","args":["a"]}}"#)
        let service = try InferenceService(json: json)
        #expect(service.spec.predictor.anyModel?.format?.name == framework.rawValue)
        #expect(service.spec.predictor.anyModel?.container.args == ["a"])
        #expect(service.spec.predictor.customContainer == nil)
        #expect(service.json == json)
    }

    @Test("no field of a PodSpec or of a container is unknown") func podFields() throws {
        let pod = [
            "activeDeadlineSeconds", "affinity", "automountServiceAccountToken", "dnsConfig", "dnsPolicy",
            "enableServiceLinks", "ephemeralContainers", "hostAliases", "hostIPC", "hostNetwork", "hostPID",
            "hostUsers", "hostname", "hostnameOverride", "imagePullSecrets", "nodeName", "os", "overhead",
            "preemptionPolicy", "priority", "priorityClassName", "readinessGates", "resourceClaims", "resources",
            "restartPolicy", "runtimeClassName", "schedulerName", "schedulingGates", "securityContext",
            "serviceAccount", "setHostnameAsFQDN", "shareProcessNamespace", "subdomain", "tolerations",
            "topologySpreadConstraints", "volumes",
        ]
        let container = [
            "envFrom", "imagePullPolicy", "lifecycle", "livenessProbe", "resizePolicy", "restartPolicy",
            "restartPolicyRules", "securityContext", "startupProbe", "stdin", "stdinOnce", "terminationMessagePath",
            "terminationMessagePolicy", "tty", "volumeDevices", "volumeMounts", "workingDir",
        ]
        var json = try Fixture.service(#"{"containers":[{"image":"i"}]}"#)
        for key in pod { json["spec"]?["predictor"]?[key] = "x" }
        var first: JSONValue = ["image": "i"]
        for key in container { first[key] = "x" }
        json["spec"]?["predictor"]?["containers"] = [first]
        #expect(try InferenceService(json: json).json == json)
    }

    @Test(
        "what is unknown is reported with the name that was meant",
        arguments: [
            (#"{"modle":{}}"#, "spec.predictor.modle: unknown field; did you mean 'model'?"),
            (
                #"{"model":{"modelFormat":{"name":"a"},"storageURI":"/m"}}"#,
                "spec.predictor.model.storageURI: unknown field; did you mean 'storageUri'?"
            ),
            (
                #"{"model":{"modelFormat":{"name":"a"}},"minReplica":1}"#,
                "spec.predictor.minReplica: unknown field; did you mean 'minReplicas'?"
            ),
            (
                #"{"model":{"modelFormat":{"name":"a"}},"nodeSelectors":{}}"#,
                "spec.predictor.nodeSelectors: unknown field; did you mean 'nodeSelector'?"
            ),
            (
                #"{"containers":[{"image":"i","comand":["a"]}]}"#,
                "spec.predictor.containers[0].comand: unknown field; did you mean 'command'?"
            ),
            (
                #"{"containers":[{"image":"i","env":[{"name":"A","valeu":"1"}]}]}"#,
                "spec.predictor.containers[0].env[0].valeu: unknown field; did you mean 'value'?"
            ),
            (
                #"{"containers":[{"image":"i","resources":{"limit":{}}}]}"#,
                "spec.predictor.containers[0].resources.limit: unknown field; did you mean 'limits'?"
            ),
            (
                #"{"model":{"modelFormat":{"name":"a"}},"logger":{"mod":"all"}}"#,
                "spec.predictor.logger.mod: unknown field; did you mean 'mode'?"
            ),
            (
                #"{"model":{"modelFormat":{"name":"a"}},"scaleMetric":"concurency"}"#,
                "spec.predictor.scaleMetric: is 'concurency', but must be one of 'cpu', 'memory', 'concurrency', "
                    + "'rps'; did you mean 'concurrency'?"
            ),
            (#"{"sklearn":{"modelFormat":{"name":"a"}}}"#, "spec.predictor.sklearn.modelFormat: unknown field"),
        ]
    )
    func unknown(predictor: String, problem: String) throws {
        let json = try Fixture.service(predictor)
        let found = #expect(throws: ProblemList.self) { try InferenceService(json: json) }
        #expect(found?.problems.map(\.description) == [problem])
    }

    @Test("an environment value that is no string is told how to become one") func environmentValue() throws {
        let json = try Fixture.service(#"{"containers":[{"image":"i","env":[{"name":"A","value":8080}]}]}"#)
        let found = #expect(throws: ProblemList.self) { try InferenceService(json: json) }
        #expect(
            found?.description
                == "spec.predictor.containers[0].env[0].value: must be a string; put it in quotes: \"8080\""
        )
    }

    @Test("a stopped service is stopped", arguments: [("true", true), ("True", true), ("false", false), ("", false)])
    func stopped(value: String, isStopped: Bool) throws {
        let json = try Fixture.service("{}", annotations: ["serving.kserve.io/stop": value])
        #expect(try InferenceService(json: json).isStopped == isStopped)
    }

    @Test("a later version of the kind is not taken for this one") func otherVersion() {
        var json = Fixture.plain
        json["apiVersion"] = "serving.kserve.io/v1"
        json["kind"] = "InferenceGraph"
        json["spce"] = [:]
        let found = #expect(throws: ProblemList.self) { try InferenceService(json: json) }
        #expect(
            found?.problems.map(\.description) == [
                "apiVersion: is 'serving.kserve.io/v1', but must be 'serving.kserve.io/v1beta1'",
                "kind: is 'InferenceGraph', but must be 'InferenceService'",
                "spce: unknown field; did you mean 'spec'?",
            ]
        )
    }
}
