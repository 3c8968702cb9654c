import Autoscaler
import ScalingCore
import TestSupport
import Testing

@testable import Signals

@Suite("Trigger metrics-api")
struct MetricsAPITriggerTests {
    private static let json = """
        {"components": {"queue.depth": 12, "workers": [{"name": "low", "tasks": 3}, {"name": "high", "tasks": "1.5k"}],
        "on": true, "none": null}, "tasks": -4.5}
        """
    private static let yaml = "queue:\n  depth: 12\nworkers:\n- {tasks: 3}\n- {tasks: 500m}\nname: jobs\n"
    private static let xml = """
        <?xml version="1.0"?><!DOCTYPE q><!-- q --><q:queue a=">">
          <depth unit='n'> 12 </depth><worker><tasks>3</tasks></worker><worker><tasks><![CDATA[4]]></tasks></worker><e/>
          <title>a &lt;&amp;&gt; b</title>
        </q:queue>
        """
    private static let exposition = """
        # HELP depth Messages.
        # TYPE depth gauge
        depth{queue="a \\"b\\"",zone="x"} 7 1700000000000
        depth{queue="jobs", zone="y"} 1.5e2
        depth_total 9
        odd{} NaN
        """

    struct Row: Sendable, CustomTestStringConvertible {
        let format: DocumentFormat
        let location: String
        /// `nil` for an error.
        let value: Double?
        let words: String

        var testDescription: String { "\(self.format) \(self.location)" }

        init(_ format: DocumentFormat, _ location: String, _ value: Double) {
            (self.format, self.location, self.value, self.words) = (format, location, value, "")
        }

        init(_ format: DocumentFormat, _ location: String, error words: String) {
            (self.format, self.location, self.value, self.words) = (format, location, nil, words)
        }
    }

    @Test(
        "a number is found where the location says, and nothing else is one",
        arguments: [
            Row(.json, "tasks", -4.5), Row(.json, #"components.queue\.depth"#, 12),
            Row(.json, "components.workers.0.tasks", 3), Row(.json, "components.workers.1.tasks", 1500),
            Row(.json, "components.workers.#", 2),
            Row(.json, #"components.workers.#(name=="high").tasks"#, 1500),
            Row(.json, "components.workers.#(tasks>2).tasks", 3),
            Row(.json, "components.workers.#(tasks!=3).tasks", 1500),
            Row(.json, "components.missing", error: "nothing at 'components.missing'"),
            Row(.json, "components.workers.7.tasks", error: "nothing at"),
            Row(.json, "components.on", error: "is a boolean"), Row(.json, "components.none", error: "is a null"),
            Row(.json, "components", error: "is a object"),
            Row(.json, "components.workers.0.name", error: "the text 'low', which is no number"),
            Row(.yaml, "queue.depth", 12), Row(.yaml, "workers.1.tasks", 0.5),
            Row(.yaml, "name", error: "the text 'jobs'"), Row(.yaml, "queue.width", error: "nothing at"),
            Row(.xml, "q:queue.depth", 12), Row(.xml, "depth", 12), Row(.xml, "worker.1.tasks", 4),
            Row(.xml, "title", error: "the text 'a <&> b'"), Row(.xml, "e", error: "no number"),
            Row(.xml, "worker", error: "is a list"),
            Row(.prometheus, "depth", 7), Row(.prometheus, #"depth{zone="y"}"#, 150),
            Row(.prometheus, #"depth{queue="a \"b\""}"#, 7), Row(.prometheus, "depth_total", 9),
            Row(.prometheus, #"depth{zone="z"}"#, error: "carries these labels"),
            Row(.prometheus, "dep", error: "no metric 'dep'"), Row(.prometheus, "odd", error: "nan"),
        ]
    )
    func locations(row: Row) throws {
        let body =
            switch row.format {
            case .json: Self.json
            case .yaml: Self.yaml
            case .xml: Self.xml
            case .prometheus: Self.exposition
            }
        guard let value = row.value else {
            let error = #expect(throws: DocumentError.self) {
                try row.format.number(at: row.location, in: Array(body.utf8))
            }
            #expect(error?.description.contains(row.words) == true, "\(String(describing: error))")
            return
        }
        #expect(try row.format.number(at: row.location, in: Array(body.utf8)) == value)
    }

    @Test(
        "a document of another format is told so",
        arguments: [
            (DocumentFormat.json, "<a/>"), (.yaml, "a: [1"), (.yaml, ""), (.xml, "{}"), (.xml, "<a><b></a>"),
            (.xml, "<a"),
            (.xml, String(repeating: "<a>", count: 200)), (.xml, ""), (.prometheus, ""),
        ]
    )
    func otherFormat(format: DocumentFormat, body: String) {
        #expect(throws: DocumentError.self) { try format.number(at: "a", in: Array(body.utf8)) }
    }

    @Test("a service is asked with its key in a header or in the query, and its number compared")
    func reading() async throws {
        try await StubServer.with { _ in
            .init(body: #"{"tasks": 8}"#)
        } _: { server in
            let common = [
                "url": "\(server.base)/stats?x=1", "valueLocation": "tasks", "targetValue": "4",
                "activationTargetValue": "8", "authMode": "apiKey",
            ]
            let expected = TriggerReading(
                metrics: [.init(name: "metrics-api", value: 8, target: 4)],
                isActive: false
            )
            for further in [[:], ["method": "query", "keyParamName": "token"]] {
                let declaration = TriggerTesting.declare(
                    "metrics-api",
                    common.merging(further) { $1 },
                    credentials: ["apiKey": "k&y"]
                )
                let trigger = try TriggerTesting.catalogue().trigger(for: declaration)
                #expect(try await trigger.read() == expected)
            }
            #expect(server.seen.first?.lowercased().contains("\r\nx-api-key: k&y\r\n") == true)
            #expect(server.seen.last?.hasPrefix("GET /stats?x=1&token=k%26y HTTP/1.1") == true)
        }
    }

    @Test("an outage is a failure, and so is an answer without the number")
    func failures() async throws {
        let isAway = Box<Bool>()
        try await StubServer.with { _ in
            isAway.value == true ? .init(status: 503) : .init(body: "{}")
        } _: { server in
            let metadata = ["url": server.base, "valueLocation": "tasks", "targetValue": "4"]
            let trigger = try TriggerTesting.catalogue().trigger(for: TriggerTesting.declare("metrics-api", metadata))
            #expect(await TriggerTesting.failure(of: trigger)?.kind == .invalid)
            isAway.value = true
            #expect(await TriggerTesting.failure(of: trigger)?.kind == .unavailable)
        }
    }

    @Test("a server that says nothing costs no more than the timeout")
    func silence() async throws {
        let (socket, port) = try TCPSocket.listen()
        defer { socket.stopListening() }
        let metadata = [
            "url": "http://127.0.0.1:\(port)/", "valueLocation": "a", "targetValue": "4", "timeout": "200",
        ]
        let trigger = try TriggerTesting.catalogue().trigger(for: TriggerTesting.declare("metrics-api", metadata))
        let clock = ContinuousClock()
        let took = await clock.measure { #expect(await TriggerTesting.failure(of: trigger)?.kind == .unavailable) }
        #expect(took < .seconds(3))
    }

    @Test("every wrong field is named")
    func wrongFields() {
        let declaration = TriggerTesting.declare(
            "metrics-api",
            [
                "url": "ftp://x", "format": "jsn", "targetVale": "1", "valueLocation": "a.#(b", "authMode": "custom",
                "aggregateFromKubeServiceEndpoints": "true",
            ]
        )
        #expect(
            TriggerTesting.problems(declaration) == [
                "metadata.url: must be an address that begins with http:// or https://",
                "metadata.format: is 'jsn', but must be one of 'json', 'xml', 'yaml', 'prometheus'; did you mean 'json'?",
                "metadata.targetValue: is required",
                "metadata.authMode: is 'custom', but must be one of 'apiKey', 'basic', 'tls', 'bearer'",
                "metadata.aggregateFromKubeServiceEndpoints: is not supported: only the address itself is asked",
                "metadata.valueLocation: the location 'a.#(b' opens a bracket that it does not close",
                "metadata.targetVale: unknown field; did you mean 'targetValue'?",
            ]
        )
    }
}
