import ServingAPI
import StructuredData
import Testing

@Suite("Revision and Route")
struct RevisionTests {
    static let revisionText = """
        {"apiVersion":"pilotlight.dev/v1alpha1","kind":"Revision",\
        "metadata":{"name":"iris-predictor","namespace":"default","labels":{"a":"b"},"uid":"u-1"},\
        "spec":{"inferenceService":"iris","component":"predictor",\
        "scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"iris-predictor"},\
        "podSelector":{"matchLabels":{"pilotlight.dev/revision":"iris-predictor"}},\
        "port":8080,"probe":{"type":"http","path":"/v2/health/ready"},"containerConcurrency":0,\
        "queueCapacity":10000,"responseStartTimeoutSeconds":300,"idleTimeoutSeconds":0,\
        "coldStartTimeoutSeconds":600,"scaling":{"policy":"pilotlight","metric":"concurrency","target":70,"total":100,\
        "targetBurstCapacity":211,"panicThreshold":2,"stableWindowSeconds":60,"panicWindowSeconds":6,\
        "maxScaleUpRate":1000,"maxScaleDownRate":2,"minScale":0,"maxScale":0,"initialScale":1,"activationScale":1,\
        "scaleDownDelaySeconds":0,"scaleToZeroGraceSeconds":30,"scaleToZeroPodRetentionSeconds":0,\
        "enableScaleToZero":true,"aggregation":"linear","progressDeadlineSeconds":600}},\
        "status":{"desiredReplicas":3,"readyReplicas":2,"startingReplicas":1,"mode":"stable","stableValue":12.5,\
        "panicValue":20,"lastDecision":{"time":"2026-01-01T00:00:00Z","desired":3,"reason":"Because."},\
        "keepAlive":{"time":"2026-01-01T00:00:01Z","learned":"[1]"}}}
        """

    @Test("a revision reads and writes the same object") func revisionRoundTrip() throws {
        let revision = try Revision(json: JSONParser.parse(Self.revisionText))
        #expect(revision.json.jsonText() == Self.revisionText)
        #expect(revision.id == RevisionID(namespace: "default", name: "iris-predictor"))
        #expect(revision.spec.scaling == ScalingSpec())
        #expect(revision.spec.probe == .http(path: "/v2/health/ready"))
        #expect(revision.status.lastDecision?.desired == 3)
        #expect(revision.status.keepAlive?.learned == "[1]")
        #expect(revision.metadata.uid == "u-1")
    }

    @Test("a revision without status has none in its JSON") func noStatus() throws {
        var json = try JSONParser.parse(Self.revisionText)
        json["status"] = nil
        let revision = try Revision(json: json)
        #expect(revision.status.desiredReplicas == nil)
        #expect(revision.json["status"] == nil)
    }

    @Test("every problem of a revision is reported at once") func everyProblem() throws {
        var json = try JSONParser.parse(Self.revisionText)
        json["metadata"] = ["namespace": "default"]
        json["spec"]?["port"] = 0
        json["spec"]?["probe"] = ["type": "htp"]
        json["spec"]?["scaling"]?["target"] = "70"
        json["spec"]?["scaling"]?["policy"] = nil
        let found = #expect(throws: ProblemList.self) { try Revision(json: json) }
        #expect(
            found?.problems.map(\.description) == [
                "metadata.name: is required",
                "spec.port: is 0, but must be from 1 to 65535",
                "spec.probe.type: is 'htp', but must be one of 'http', 'tcp'; did you mean 'http'?",
                "spec.scaling.policy: is required",
                "spec.scaling.target: must be a number, but is the string \"70\"",
            ]
        )
    }

    @Test("every field of the scaling must be there") func scalingIsComplete() throws {
        for key in try #require(ScalingSpec().json.objectValue).keys {
            var json = ScalingSpec().json
            json[key] = nil
            let found = #expect(throws: ProblemList.self) { try ScalingSpec(json: json) }
            #expect(found?.problems == [Problem(path: key, message: "is required")])
        }
    }

    @Test("a scaling reads what it wrote") func scalingRoundTrip() throws {
        let scaling = ScalingSpec(
            policy: .knative,
            metric: .rps,
            target: 0.7,
            total: 1,
            targetBurstCapacity: -1,
            panicThreshold: 1.1,
            stableWindowSeconds: 6,
            panicWindowSeconds: 1,
            maxScaleUpRate: 1.5,
            maxScaleDownRate: 1.25,
            minScale: 2,
            maxScale: 9,
            initialScale: 3,
            activationScale: 4,
            scaleDownDelaySeconds: 5,
            scaleToZeroGraceSeconds: 0.5,
            scaleToZeroPodRetentionSeconds: 6,
            enableScaleToZero: false,
            aggregation: .weightedExponential,
            progressDeadlineSeconds: 7
        )
        #expect(try ScalingSpec(json: scaling.json) == scaling)
    }

    @Test("a route reads and writes the same object") func routeRoundTrip() throws {
        let text = """
            {"apiVersion":"pilotlight.dev/v1alpha1","kind":"Route","metadata":{"name":"iris","namespace":"default"},\
            "spec":{"inferenceService":"iris","hosts":["iris.default.localhost"],\
            "paths":[{"prefix":"/serving/default/iris"}],\
            "traffic":[{"revision":"iris-predictor","percent":90},\
            {"revision":"iris-two-predictor","percent":10,"tag":"two"}]}}
            """
        let route = try Route(json: JSONParser.parse(text))
        #expect(route.json.jsonText() == text)
        #expect(route.spec.traffic[1] == RouteSpec.Traffic(revision: "iris-two-predictor", percent: 10, tag: "two"))
    }

    @Test("percentages must add up to 100, and a stopped service has none")
    func percentages() throws {
        var route = Route(
            metadata: ObjectMetadata(name: "iris", namespace: "default"),
            spec: RouteSpec(inferenceService: "iris", hosts: ["Iris.Default"], pathPrefixes: [], traffic: [])
        )
        #expect(try Route(json: route.json).spec.hosts == ["iris.default"])
        route.spec.traffic = [RouteSpec.Traffic(revision: "a", percent: 60)]
        let found = #expect(throws: ProblemList.self) { try Route(json: route.json) }
        #expect(found?.description == "spec.traffic: percentages add up to 60, but must add up to 100")
    }
}
