import KubernetesClient
import StructuredData
import Testing

@testable import Controllers

@Suite("ServiceNews")
struct ServiceNewsTests {
    private func ready(_ observation: ServiceObservation) -> ServiceObservation {
        var observation = observation
        observation.pods = [Fixture.pod("iris-predictor-a", of: observation, ready: true)]
        return observation
    }

    @Test("a service's life is told once, turn by turn")
    func life() {
        var observation = Fixture.observation(
            Fixture.service(Fixture.onnx(["minReplicas": 0, "maxReplicas": 4, "scaleTarget": 10]))
        )
        #expect(
            Fixture.plan(observation).news == [
                ServiceNews(
                    kind: .created,
                    message: "Created. 0 to 4 replicas, aiming at 7 requests at a time for each."
                )
            ]
        )
        observation = Fixture.carriedOut(observation)
        #expect(Fixture.plan(observation).news.isEmpty)

        observation = self.ready(observation)
        #expect(
            Fixture.plan(observation).news == [
                ServiceNews(kind: .ready, message: "Ready at http://iris.default.localhost.")
            ]
        )
        observation = Fixture.carriedOut(observation)
        #expect(Fixture.plan(observation).news.isEmpty)
    }

    @Test("a change is told with the old and the new value")
    func change() {
        var observation = Fixture.carriedOut(
            self.ready(Fixture.carriedOut(Fixture.observation(Fixture.service(Fixture.onnx(["minReplicas": 0])))))
        )
        observation.service.spec = ["predictor": Fixture.onnx(["minReplicas": 2])]
        observation.service.metadata["generation"] = 2
        #expect(
            Fixture.plan(observation).news.map(\.message) == ["The configuration changed: minScale from 0 to 2."]
        )
        observation.service.spec["predictor"]?["model"]?["storageUri"] = "file:///srv/models/other"
        #expect(
            Fixture.plan(observation).news.map(\.message) == [
                "The configuration changed: minScale from 0 to 2, the pods are replaced."
            ]
        )
    }

    @Test("a service that fails is told to be unready, once")
    func failure() {
        var observation = Fixture.carriedOut(Fixture.observation(Fixture.service(Fixture.onnx())))
        let ended: JSONValue = ["terminated": ["exitCode": 1, "reason": "Error", "message": "out of memory"]]
        observation.pods = [
            Fixture.pod(
                "iris-predictor-a",
                of: observation,
                ready: false,
                container: ["name": "kserve-container", "state": ended]
            )
        ]
        let news = Fixture.plan(observation).news
        #expect(news.map(\.kind) == [.notReady])
        #expect(news.first?.message.contains("out of memory") == true)
        #expect(Fixture.plan(Fixture.carriedOut(observation)).news.isEmpty)
    }

    @Test("a configuration that cannot be carried out is told to be rejected")
    func rejection() {
        let service = Fixture.service(["model": ["modelFormat": ["name": "onnx"], "storageUri": "s3://bucket/model"]])
        let news = Fixture.plan(Fixture.observation(service)).news
        #expect(news.map(\.kind) == [.rejected])
        #expect(news.first?.message.contains("spec.predictor.model.storageUri") == true)
    }
}
