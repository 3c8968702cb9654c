import EmbeddedCluster
import StructuredData
import Testing

/// What people see who made mistakes: all of them at once, each with its line and what to do.
@Suite("Messages about manifests")
struct ManifestMessagesTests {
    @Test("eleven mistakes are eleven messages") func elevenMistakes() {
        let text = """
            apiVersion: serving.kserve.io/v1beta1
            kind: InferenceService
            metadata:
              name: Iris_Service
              labels:
                tier: 1
              annotations:
                autoscaling.knative.dev/window: 1m30
                serving.kserve.io/autoscalerClass: kedaa
            spec:
              predictor:
                minReplicas: 5
                maxReplicas: 3
                scaleMetric: concurency
                timeout: 60s
                model:
                  modelFormat: onnx
                  storageURI: s3://models/iris
                  protocolVersion: v2
                containers:
                - name: side
                  image: example/side
                  env:
                  - name: PYTHONPATH
                    value: /opt
                  resources:
                    limits:
                      memory: 2GB
            """
        let annotations = "metadata.annotations"
        let reading = ManifestReader().read(text: text, file: "iris.yaml", folder: "/")
        #expect(reading.objects.isEmpty)
        let expected = [
            "6: metadata.labels.tier: must be a string, but is the integer 1; put it in quotes: \"1\"",
            "17: spec.predictor.model.modelFormat: must be an object, but is the string \"onnx\"",
            "18: spec.predictor.model.storageURI: unknown field; did you mean 'storageUri'?",
            "28: spec.predictor.containers[0].resources.limits.memory: must be a quantity such as 500m, 2 or 4Gi, "
                + "but is the string \"2GB\"",
            "14: spec.predictor.scaleMetric: is 'concurency', but must be one of 'cpu', 'memory', 'concurrency', "
                + "'rps'; did you mean 'concurrency'?",
            "15: spec.predictor.timeout: must be a whole number, but is the string \"60s\"",
            "4: metadata.name: is 'Iris_Service', but must consist of lower-case letters, digits and dashes, a letter "
                + "first and no dash at the end",
            "9: \(annotations)[\"serving.kserve.io/autoscalerClass\"]: is 'kedaa', but must be one of 'hpa', "
                + "'external', 'keda', 'none'; did you mean 'keda'?",
            "24: spec.predictor.containers[0].env[0].name: is 'PYTHONPATH', which must not be set: it would let other "
                + "code into the server",
            "13: spec.predictor.maxReplicas: is 3, but must be at least 'minReplicas', which is 5, or 0 for no limit",
            "8: \(annotations)[\"autoscaling.knative.dev/window\"]: is '1m30', but must be a duration of whole seconds "
                + "from 6s to 1h",
        ]
        let subject = "InferenceService default/Iris_Service"
        let found = reading.problems.map(\.description)
        #expect(
            found
                == expected.map { line in
                    let parts = line.split(separator: ": ", maxSplits: 1)
                    return "iris.yaml:\(parts[0]): \(subject): \(parts[1])"
                }
        )
    }
}
