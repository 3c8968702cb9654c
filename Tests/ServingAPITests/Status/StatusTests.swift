import ServingAPI
import StructuredData
import Testing

@Suite("Conditions and status")
struct StatusTests {
    @Test("conditions are in the order of their names") func order() {
        var list = ConditionList()
        for kind: Condition.Kind in [.ready, .ingressReady, .stopped, .predictorReady] {
            list.set(Condition(kind, .yes), now: "t1")
        }
        #expect(list.conditions.map(\.kind) == [.ingressReady, .predictorReady, .ready, .stopped])
        list.remove(.stopped)
        #expect(list[.stopped] == nil)
    }

    @Test("the time of a transition stays until the status changes") func transition() {
        var list = ConditionList()
        list.set(Condition(.ready, .no, reason: "Starting"), now: "t1")
        list.set(Condition(.ready, .no, reason: "StillStarting"), now: "t2")
        #expect(list[.ready]?.lastTransitionTime == "t1")
        #expect(list[.ready]?.reason == "StillStarting")
        list.set(Condition(.ready, .yes), now: "t3")
        #expect(list[.ready]?.lastTransitionTime == "t3")
        #expect(list[.ready]?.reason == nil)
    }

    @Test("a service is ready when its predictor and its way in are") func ready() {
        var list = ConditionList()
        list.updateReady(now: "t1")
        #expect(list[.ready]?.status == .unknown)
        list.set(Condition(.predictorReady, .yes), now: "t1")
        list.set(Condition(.ingressReady, .unknown, reason: "Waiting"), now: "t1")
        list.set(Condition(.predictorConfigurationReady, .no, reason: "Irrelevant"), now: "t1")
        list.updateReady(now: "t1")
        #expect(list[.ready]?.status == .unknown)
        #expect(list[.ready]?.reason == "Waiting")
        list.set(Condition(.predictorReady, .no, reason: "Crashed", message: "It exited."), now: "t2")
        list.updateReady(now: "t2")
        #expect(
            list[.ready] == Condition(.ready, .no, reason: "Crashed", message: "It exited.", lastTransitionTime: "t2")
        )
        list.set(Condition(.predictorReady, .yes), now: "t3")
        list.set(Condition(.ingressReady, .yes), now: "t3")
        list.updateReady(now: "t3")
        #expect(list[.ready]?.status == .yes)
        #expect(list.isTrue(.ready))
    }

    @Test("a status reads what it wrote and keeps what it does not know") func roundTrip() throws {
        let text = """
            {"observedGeneration":3,"conditions":[\
            {"type":"PredictorConfigurationReady","status":"True","severity":"Info","lastTransitionTime":"t1"},\
            {"type":"PredictorReady","status":"False","reason":"Crashed","message":"It exited.",\
            "lastTransitionTime":"t2"}],\
            "url":"http://iris.default.localhost","address":{"url":"http://iris.default.svc.cluster.local"},\
            "deploymentMode":"Standard","clusterServingRuntimeName":"pilotlight-onnx",\
            "components":{"predictor":{"latestReadyRevision":"a","latestCreatedRevision":"b",\
            "previousRolledoutRevision":"c","latestRolledoutRevision":"d",\
            "traffic":[{"revisionName":"a","latestRevision":true,"percent":100,"tag":"x","url":"u"}],\
            "url":"http://p","restUrl":"http://r","grpcUrl":"http://g","address":{"url":"http://i"}}},\
            "modelStatus":{"transitionStatus":"BlockedByFailedLoad",\
            "states":{"activeModelState":"Loaded","targetModelState":"FailedToLoad"},\
            "lastFailureInfo":{"location":"pod","reason":"ModelLoadFailed","message":"No file.",\
            "modelRevisionName":"b","time":"t3","exitCode":1},"copies":{"failedCopies":1,"totalCopies":2}},\
            "replicas":2,"selector":"a=b","future":{"field":[1]}}
            """
        let status = InferenceServiceStatus(json: try JSONParser.parse(text))
        #expect(status.json.jsonText() == text)
        #expect(status.modelStatus?.lastFailure?.reason == .modelLoadFailed)
        #expect(status.components["predictor"]?.traffic.first?.isLatestRevision == true)
        #expect(InferenceServiceStatus().json == [:])
    }

    @Test(
        "the conditions that Argo CD counts",
        arguments: [(nil, 5), ("RawDeployment", 3), ("Standard", 5), ("Serverless", 5)] as [(String?, Int)]
    )
    func published(mode: String?, count: Int) {
        let annotations = mode.map { ["serving.kserve.io/deploymentMode": $0] } ?? [:]
        let service = InferenceService(
            metadata: ObjectMetadata(name: "a", namespace: "b", annotations: annotations),
            spec: InferenceServiceSpec(predictor: PredictorSpec())
        )
        #expect(service.publishedConditions.count == count)
    }
}
