import ServingAPI
import StructuredData

/// Services that tests begin with.
enum Fixture {
    /// The plainest service there is.
    static let plain: JSONValue = [
        "apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService",
        "metadata": ["name": "iris", "namespace": "team"],
        "spec": ["predictor": ["model": ["modelFormat": ["name": "onnx"], "storageUri": "/models/iris"]]],
    ]

    /// A service with this predictor, given as JSON text, and these annotations.
    static func service(
        _ predictor: String,
        annotations: [String: String] = [:],
        more: String = "{}"
    ) throws
        -> JSONValue
    {
        var json = Self.plain
        json["spec"] = try JSONParser.parse(more)
        json["spec"]?["predictor"] = try JSONParser.parse(predictor)
        if !annotations.isEmpty { json["metadata"]?["annotations"] = JSONValue(annotations) }
        return json
    }

    /// A service with much in it that breaks no rule.
    static let sound = """
        {"apiVersion":"serving.kserve.io/v1beta1","kind":"InferenceService",\
        "metadata":{"name":"sound","labels":{"l":"1"},"annotations":{"autoscaling.knative.dev/window":"30s",\
        "pilotlight.dev/queue-capacity":"5","serving.kserve.io/deploymentMode":"RawDeployment"}},\
        "spec":{"predictor":{"containers":[{"image":"vllm/vllm-openai:latest","args":["--model","m"],\
        "env":[{"name":"A","value":"b"}],"ports":[{"containerPort":8000}],"resources":{"limits":{"cpu":"2"}}},\
        {"name":"side","command":["run"]}],"minReplicas":0,"maxReplicas":4,"scaleTarget":10,\
        "scaleMetric":"concurrency","containerConcurrency":20,"timeout":60,"nodeSelector":{"gpu":"yes"},\
        "logger":{"mode":"all"},"batcher":{"maxBatchSize":8},"annotations":{"autoscaling.knative.dev/target":"9"}},\
        "transformer":{"containers":[{"image":"t"}],"minReplicas":1}}}
        """

    /// Every field that KServe gives a service, each with a value that no other has.
    static let everything = """
        {"apiVersion":"serving.kserve.io/v1beta1","kind":"InferenceService",\
        "metadata":{"name":"all","namespace":"team","labels":{"l":"1"},"annotations":{"a":"2"},"finalizers":["f"]},\
        "spec":{"predictor":{"name":"main","model":{"modelFormat":{"name":"onnx","version":"1"},"runtime":"r",\
        "storageUri":"s3://b/m","storage":{"path":"p","parameters":{"type":"s3"},"key":"k","schemaPath":"s"},\
        "runtimeVersion":"v3","protocolVersion":"v2","confidential":{"enabled":true,"resourceId":"id"},\
        "image":"i","command":["c"],"args":["x"],"env":[{"name":"E","value":"1"},\
        {"name":"F","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],"ports":[{"containerPort":9000}],\
        "resources":{"requests":{"cpu":"100m"},"limits":{"nvidia.com/gpu":1}},\
        "readinessProbe":{"tcpSocket":{"port":1}}},\
        "storageContainerName":"down","workerSpec":{"pipelineParallelSize":2,"tensorParallelSize":4,\
        "containers":[{"name":"w","image":"i"}],"nodeSelector":{"w":"x"}},\
        "initContainers":[{"name":"init","image":"i"}],"containers":[{"name":"transformer-container","image":"t"}],\
        "queue":{"kafka":{"bootstrapServers":"b:9092","topic":"in","consumerGroup":"g","resultTopic":"out",\
        "deadLetterTopic":"failed","offsetResetPolicy":"latest","tls":true,"unsafeSsl":true,"sasl":"oauthbearer",\
        "oauthTokenEndpointUri":"https://t","scopes":"s","sessionTimeoutSeconds":20,\
        "authenticationRef":{"name":"k"}},"target":50,"activationTarget":2,"maxBatch":16,\
        "maxBatchDelayMilliseconds":2.5,"pollingInterval":10,"cooldownPeriod":60},\
        "nodeSelector":{"gpu":"yes"},"tolerations":[{"key":"t"}],"serviceAccountName":"sa","hostUsers":false,\
        "minReplicas":1,"maxReplicas":4,"scaleTarget":10,"scaleMetric":"concurrency","scaleMetricType":"AverageValue",\
        "targetConcurrency":10,"autoScaling":{"metrics":[{"type":"Resource","resource":{"name":"cpu",\
        "target":{"type":"Utilization","averageUtilization":70}}},{"type":"External","external":{"metric":\
        {"backend":"prometheus","serverAddress":"http://p","query":"up","namespace":"n"},\
        "authenticationRef":{"authModes":"basic","authenticationRef":{"name":"k"}},"target":{"type":"Value","value":"5"}}},\
        {"type":"PodMetric","podmetric":{"metric":{"backend":"opentelemetry","metricNames":["m"],"query":"q",\
        "operationOverTime":"avg"},"target":{"type":"Value","value":"1"}}}],"behavior":{"scaleUp":{}}},\
        "containerConcurrency":3,"timeout":60,"canaryTrafficPercent":20,\
        "logger":{"mode":"all","url":"http://l","metadataHeaders":["h"],"metadataAnnotations":["m"],\
        "storage":{"path":"p","parameters":{"a":"b"},"key":"k","serviceAccountName":"s"},"marshallerUrl":"http://m",\
        "batchSize":1,"batchInterval":"1s"},"batcher":{"maxBatchSize":8,"maxLatency":50,"timeout":60},\
        "labels":{"cl":"1"},"annotations":{"ca":"2"},"deploymentStrategy":{"type":"Recreate"}},\
        "transformer":{"storageUris":[{"uri":"s3://b/t","mountPath":"/mnt/t"}],\
        "containers":[{"name":"t","image":"i"}],"minReplicas":2},\
        "explainer":{"art":{"type":"SquareAttack","storageUri":"s3://b/e","runtimeVersion":"1","config":{"n":"1"}},\
        "maxReplicas":5},\
        "canary":[{"predictor":{"name":"next","model":{"modelFormat":{"name":"onnx"},"storageUri":"s3://b/n"}},\
        "trafficPercent":10}]},"status":{"observedGeneration":1,"future":["x"]}}
        """
}
