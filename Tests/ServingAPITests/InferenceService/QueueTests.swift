import ServingAPI
import StructuredData
import Testing

@Suite("A predictor's queue and metrics")
struct QueueTests {
    static func problems(_ queue: String) throws -> [String] {
        let predictor = #"{"model":{"modelFormat":{"name":"onnx"},"storageUri":"/m"},"queue":\#(queue)}"#
        return InferenceService.problems(of: try Fixture.service(predictor)).map(\.description)
    }

    static func queue(_ queue: String) throws -> QueueSpec {
        let predictor = #"{"model":{"modelFormat":{"name":"onnx"},"storageUri":"/m"},"queue":\#(queue)}"#
        return try #require(try InferenceService.admit(Fixture.service(predictor)).spec.predictor.queue)
    }

    @Test("a topic becomes a trigger, and what the server consumes")
    func kafka() throws {
        let queue = try Self.queue(
            #"""
            {"kafka":{"bootstrapServers":"b:9092","topic":"requests","consumerGroup":"scorer","resultTopic":"results",
             "deadLetterTopic":"failed","tls":"enable","sasl":"scram_sha512","authenticationRef":{"name":"creds"}},
             "target":500,"maxBatch":64}
            """#
        )
        let trigger = try #require(queue.trigger)
        #expect(trigger.type == "kafka")
        #expect(trigger.authenticationRef == AuthenticationReference(name: "creds"))
        #expect(
            trigger.metadata == [
                "bootstrapServers": "b:9092", "topic": "requests", "consumerGroup": "scorer", "lagThreshold": "500",
                "activationLagThreshold": "0", "offsetResetPolicy": "earliest", "tls": "enable", "sasl": "scram_sha512",
            ]
        )
        let consumed = try JSONParser.parse(
            #"""
            {"kafka":{"bootstrapServers":"b:9092","topic":"requests","consumerGroup":"scorer","resultTopic":"results",
             "deadLetterTopic":"failed","offsetResetPolicy":"earliest","tls":true,"sasl":"scram_sha512"},
             "maxBatch":64,"maxBatchDelayMilliseconds":5}
            """#
        )
        #expect(queue.consumerJSON == consumed)
        #expect(queue.authenticationRef?.name == "creds")
    }

    @Test("a RabbitMQ queue becomes a trigger")
    func rabbitmq() throws {
        let queue = try Self.queue(
            #"{"rabbitmq":{"uri":"amqp://b/v","queue":"requests","resultQueue":"results"},"activationTarget":3}"#
        )
        #expect(queue.target == QueueSpec.defaultTarget)
        #expect(
            queue.trigger?.metadata == [
                "protocol": "amqp", "host": "amqp://b/v", "queueName": "requests", "mode": "QueueLength",
                "value": "100", "activationValue": "3",
            ]
        )
        #expect(queue.consumerJSON["rabbitmq"]?["queue"] == "requests")
        #expect(queue.consumerJSON["target"] == nil)
    }

    @Test(
        "mistakes are reported where they stand",
        arguments: [
            (#"{}"#, "queue: needs 'kafka' or 'rabbitmq'"),
            (#"{"kafka":{},"target":0}"#, "queue.target: is 0, but must be at least 1"),
            (#"{"kafka":{"bootstrapServers":"b"}}"#, "queue.kafka.topic: is required"),
            (
                #"{"kafka":{"bootstrapServers":"b","topic":"t","consumerGroup":"g","resultTopic":"t"}}"#,
                "queue.kafka.resultTopic: is 't', which the predictor reads from"
            ),
            (
                #"{"kafka":{"bootstrapServers":"b","topic":"t","consumerGroup":"g","resultTopic":"r","sasl":"plaintext"}}"#,
                "queue.kafka.authenticationRef: is required, because 'sasl' is 'plaintext'"
            ),
            (#"{"kafka":{"tls":"on"}}"#, "queue.kafka.tls: must be true or false"),
            (#"{"kafka":{"sasl":"kerberos"}}"#, "queue.kafka.sasl: is 'kerberos', but must be one of"),
            (#"{"rabbitmq":{"queue":"q","resultQueue":"r"}}"#, "queue.rabbitmq.uri: is required"),
            (
                #"{"rabbitmq":{"uri":"http://u:secret@b","queue":"q","resultQueue":"r"}}"#,
                "queue.rabbitmq.uri: must begin with 'amqp://' or 'amqps://'"
            ),
            (#"{"rabbitmq":{"uri":"amqp://b","queue":"q"}}"#, "queue.rabbitmq: needs a 'resultQueue'"),
            (#"{"kafka":{},"rabbitmq":{}}"#, "queue: has 'kafka' and 'rabbitmq', but must have one"),
            (#"{"kafka":{},"maxbatch":3}"#, "queue.maxbatch: unknown field; did you mean 'maxBatch'?"),
            (#"{"kafka":{},"maxBatch":0,"maxBatchDelayMilliseconds":-1}"#, "queue.maxBatch: is 0"),
        ]
    )
    func mistakes(queue: String, problem: String) throws {
        let found = try Self.problems(queue)
        #expect(found.contains { $0.hasPrefix("spec.predictor.\(problem)") }, "\(found)")
        #expect(found.allSatisfy { !$0.contains("secret") }, "no address is quoted: it may hold a password")
    }

    // MARK: Metrics

    static func metric(_ metric: String) throws -> AutoScalingMetric {
        let predictor =
            #"{"model":{"modelFormat":{"name":"onnx"},"storageUri":"/m"},"autoScaling":{"metrics":[\#(metric)]}}"#
        let service = try InferenceService.admit(Fixture.service(predictor))
        return try #require(service.spec.predictor.component.autoScaling?.metrics.first)
    }

    @Test("a metric from Prometheus becomes a trigger")
    func prometheus() throws {
        let trigger = try #require(
            try Self.metric(
                #"""
                {"type":"External","external":{"metric":{"backend":"prometheus","serverAddress":"http://p:9090",
                 "query":"sum(rate(x[1m]))","namespace":"n"},"authenticationRef":{"authModes":"basic",
                 "authenticationRef":{"name":"creds"}},"target":{"type":"Value","value":"2500m"}}}
                """#
            ).trigger
        )
        #expect(trigger.type == "prometheus")
        #expect(trigger.metricType == .value)
        #expect(trigger.authenticationRef?.name == "creds")
        #expect(
            trigger.metadata == [
                "serverAddress": "http://p:9090", "query": "sum(rate(x[1m]))", "namespace": "n", "authModes": "basic",
                "threshold": "2.5",
            ]
        )
    }

    @Test(
        "the use of a resource becomes a trigger",
        arguments: [
            (#"{"name":"cpu"}"#, "80", TriggerSpec.MetricType.utilization),
            (#"{"name":"cpu","target":{"type":"Utilization","averageUtilization":60}}"#, "60", .utilization),
            (#"{"name":"memory","target":{"type":"AverageValue","averageValue":"2Gi"}}"#, "2Gi", .averageValue),
        ]
    )
    func resources(resource: String, value: String, type: TriggerSpec.MetricType) throws {
        let trigger = try #require(try Self.metric(#"{"type":"Resource","resource":\#(resource)}"#).trigger)
        #expect(trigger.metadata == ["value": value])
        #expect(trigger.metricType == type)
        #expect(trigger.isResource)
    }

    @Test("what cannot be scaled on becomes none and is said")
    func none() throws {
        let graphite =
            #"{"type":"External","external":{"metric":{"backend":"graphite","query":"q"},"target":{"value":1}}}"#
        #expect(try Self.metric(graphite).trigger == nil)
        let predictor =
            #"{"model":{"modelFormat":{"name":"onnx"},"storageUri":"/m"},"autoScaling":{"metrics":[\#(graphite)]}}"#
        let features = try InferenceService.admit(Fixture.service(predictor)).unsupportedFeatures()
        #expect(features.map(\.path) == ["spec.predictor.autoScaling.metrics[0]"])
        #expect(features[0].sentence.contains("Graphite"))
    }
}
