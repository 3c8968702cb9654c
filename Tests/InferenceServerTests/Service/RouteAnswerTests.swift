import StructuredData
import Testing

@testable import InferenceServer

@Suite("Every path, over a socket", .timeLimit(.minutes(1)))
struct RouteAnswerTests {
    struct Call: CustomTestStringConvertible {
        let method: String
        let path: String
        let status: Int
        let body: String
        var testDescription: String { "\(self.method) \(self.path)" }

        init(_ method: String, _ path: String, _ status: Int, _ body: String) {
            self.method = method
            self.path = path
            self.status = status
            self.body = body
        }
    }

    static let unknown = #"{"error":"Model with name n does not exist."}"#
    static let metadata =
        #"{"name":"m","versions":["1"],"platform":"fake","inputs":[{"name":"x","datatype":"FP32","shape":[-1]}],"#
        + #""outputs":[{"name":"y","datatype":"FP32","shape":[-1]}]}"#
    static let noVersion = #"{"error":"Model with name m has no version 2; version 1 is loaded."}"#

    static let calls = [
        Call("GET", "/", 200, #"{"status":"alive"}"#),
        Call("GET", "/v1/models", 200, #"{"models":["m"]}"#),
        Call("GET", "/v1/models/m", 200, #"{"name":"m","ready":true}"#),
        Call("GET", "/v1/models/n", 404, unknown),
        Call("POST", "/v1/models/n:predict", 404, unknown),
        Call("POST", "/v1/models/m:explain", 501, #"{"error":"Model with name m has no explainer."}"#),
        Call("POST", "/v1/models/n:explain", 404, unknown),
        Call(
            "GET",
            "/v2",
            200,
            #"{"name":"pilotlight","version":"0.1.0","extensions":["binary_tensor_data","model_repository"]}"#
        ),
        Call("GET", "/v2/health/live", 200, #"{"live":true}"#),
        Call("GET", "/v2/health/ready", 200, #"{"ready":true}"#),
        Call("GET", "/v2/models", 200, #"{"models":["m"]}"#),
        Call("GET", "/v2/models/m", 200, metadata),
        Call("GET", "/v2/models/m/", 200, metadata),
        Call("GET", "/v2/models/%6d?verbose=1", 200, metadata),
        Call("GET", "/v2/models/m/versions/1", 200, metadata),
        Call("GET", "/v2/models/m/versions/2", 404, noVersion),
        Call("GET", "/v2/models/n", 404, unknown),
        Call("GET", "/v2/models/m/ready", 200, #"{"name":"m","ready":true}"#),
        Call("GET", "/v2/models/m/versions/1/ready", 200, #"{"name":"m","ready":true}"#),
        Call("GET", "/v2/models/n/ready", 404, unknown),
        Call("POST", "/v2/models/n/infer", 404, unknown),
        Call("POST", "/v2/models/m/versions/2/infer", 404, noVersion),
        Call("POST", "/v2/repository/index", 200, #"[{"name":"m","version":"1","state":"READY","reason":""}]"#),
        Call("POST", "/v2/repository/models/m/load", 200, #"{"name":"m","load":true}"#),
        Call("POST", "/v2/repository/models/n/load", 404, unknown),
        Call(
            "POST",
            "/v2/repository/models/m/unload",
            501,
            #"{"error":"Model with name m cannot be unloaded: a server has one model for its whole life."}"#
        ),
        Call("GET", "/pilotlight/load", 200, #"{"requestsInFlight":0,"messagesInFlight":0,"isConsuming":false}"#),
        Call(
            "POST",
            "/pilotlight/load",
            405,
            #"{"error":"/pilotlight/load takes GET requests only."}"#
        ),
        Call("GET", "/v3", 404, #"{"error":"There is nothing at /v3."}"#),
        Call("GET", "/v2/models/m/nothing", 404, #"{"error":"There is nothing at /v2/models/m/nothing."}"#),
        Call("POST", "/v1/models/m:guess", 404, #"{"error":"There is nothing at /v1/models/m:guess."}"#),
        Call("GET", "/v1/models/m:predict", 405, #"{"error":"/v1/models/m:predict takes POST requests only."}"#),
        Call("PUT", "/v2", 405, #"{"error":"/v2 takes GET requests only."}"#),
    ]

    @Test("every path has its answer")
    func answers() async throws {
        try await withServer(FakeModel()) { server in
            try await HTTPClient.connected(to: server.address) { client in
                for call in Self.calls {
                    try await client.send("\(call.method) \(call.path) HTTP/1.1\r\nhost: m\r\n\r\n")
                    let reply = try await client.reply()
                    #expect(reply.status == call.status, "\(call.testDescription)")
                    #expect(reply.text == call.body, "\(call.testDescription)")
                    #expect(reply.fields["content-type"] == "application/json")
                }
            }
        }
    }

    @Test("a version that is loaded may be named")
    func namedVersion() async throws {
        try await withServer(FakeModel()) { server in
            let body = #"{"id": "i", "inputs": [{"name": "x", "shape": [1], "datatype": "FP32", "data": [2]}]}"#
            let reply = try await server.exchange(HTTPClient.post("/v2/models/m/versions/1/infer", body))
            let expected =
                #"{"model_name":"m","model_version":"1","id":"i","outputs":[{"name":"y","shape":[1],"#
                + #""datatype":"FP32","data":[4.0]}]}"#
            #expect(reply.text == expected)
        }
    }

    @Test("metrics carry KServe's names, Triton's, and our own")
    func metrics() async throws {
        try await withServer(FakeModel()) { server in
            _ = try await server.exchange(HTTPClient.post("/v1/models/m:predict", #"{"instances": [1, 2, 3]}"#))
            let reply = try await server.exchange(HTTPClient.get("/metrics"))
            #expect(reply.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            for line in [
                #"request_predict_seconds_count{model_name="m"} 1"#,
                #"request_preprocess_seconds_count{model_name="m"} 1"#,
                #"request_postprocess_seconds_count{model_name="m"} 1"#,
                #"nv_inference_request_success{model="m",version="1"} 1"#,
                #"nv_inference_count{model="m",version="1"} 3"#, "pilotlight_server_ready 1",
            ] {
                #expect(reply.text.contains("\n\(line)\n"), "\(line)")
            }
            #expect(reply.text.contains(#"pilotlight_server_startup_seconds{phase="listen"} "#))
        }
    }

    @Test("an error's text cannot break out of its JSON")
    func quoting() async throws {
        try await withServer(FakeModel()) { server in
            let reply = try await server.exchange(HTTPClient.get(#"/v2/models/a%22%7D%0a"#))
            let error = try JSONParser.parse(reply.body)["error"]
            #expect(error == "Model with name a\"}\n does not exist.")
        }
    }
}
