import Testing

@testable import InferenceServer

@Suite("A server's life, over a socket", .timeLimit(.minutes(1)))
struct LifecycleTests {
    static let predict = HTTPClient.post("/v1/models/m:predict", #"{"instances": [1]}"#)
    static let probe = HTTPClient.get("/v2/health/ready")

    @Test("while the model is loaded the server is live, not ready, and says so to requests")
    func loading() async throws {
        var model = FakeModel()
        model.loadGate = Gate(isOpen: false)
        let gate = model.loadGate
        try await withServer(model, waitsUntilReady: false) { server in
            let live = try await server.exchange(HTTPClient.get("/v2/health/live"))
            #expect(live.text == #"{"live":true}"#)
            let probe = try await server.exchange(Self.probe)
            #expect(probe.status == 503)
            #expect(probe.text == #"{"ready":false}"#)
            let refused = try await server.exchange(Self.predict)
            #expect(refused.status == 503)
            #expect(refused.text == #"{"error":"Model with name m is not ready."}"#)
            #expect(refused.fields["retry-after"] == "1")
            gate.open()
            try await server.ready()
            #expect(try await server.exchange(Self.predict).status == 200)
        }
    }

    @Test("a probe that prefers to wait is answered as soon as the model is loaded")
    func waitingProbe() async throws {
        var model = FakeModel()
        model.loadGate = Gate(isOpen: false)
        let gate = model.loadGate
        try await withServer(model, waitsUntilReady: false) { server in
            try await HTTPClient.connected(to: server.address) { client in
                try await client.send(HTTPClient.get("/v2/health/ready", fields: "prefer: wait=50\r\n"))
                // The server has the first probe before it answers the second.
                let other = try await server.exchange(Self.probe)
                #expect(other.status == 503)
                let opened = ContinuousClock.now
                gate.open()
                let reply = try await client.reply()
                #expect(reply.status == 200)
                #expect(reply.text == #"{"ready":true}"#)
                #expect(ContinuousClock.now - opened < .seconds(40))
            }
        }
    }

    @Test("a probe that has waited long enough is told that the model is not ready")
    func impatientProbe() async throws {
        var model = FakeModel()
        model.loadGate = Gate(isOpen: false)
        let gate = model.loadGate
        try await withServer(model, waitsUntilReady: false) { server in
            let reply = try await server.exchange(HTTPClient.get("/v2/health/ready", fields: "prefer: wait=1\r\n"))
            #expect(reply.status == 503)
            gate.open()
        }
    }

    @Test("the readiness probe tells how long each phase of the start took")
    func serverTiming() async throws {
        try await withServer(FakeModel()) { server in
            let timing = try #require(try await server.exchange(Self.probe).fields["server-timing"])
            #expect(timing.firstMatch(of: /^listen;dur=[0-9]+\.[0-9]$/) != nil, "\(timing)")
        }
    }

    @Test("a model that cannot be loaded ends the server with the reason")
    func failedLoad() async throws {
        var model = FakeModel()
        let failure = ModelLoadError("load it", detail: "it is broken")
        model.failure = failure
        let broken = model
        await #expect(throws: failure) {
            try await withServer(broken, waitsUntilReady: false) { server in
                // The server ends by itself; this only waits for its end.
                try await server.finished()
            }
        }
    }

    @Test("a port that is taken is an error that names it")
    func takenPort() async throws {
        try await withServer(FakeModel()) { server in
            do {
                try await withServer(FakeModel(), port: server.address.port) { _ in }
                Issue.record("two servers listen on one port")
            } catch let error as ListenError {
                #expect(error.description.contains("port \(server.address.port)"))
            }
        }
    }

    @Test("a server that is told to stop answers what is in flight, closes, and ends")
    func drain() async throws {
        let gate = Gate(isOpen: false)
        try await withServer(FakeModel(gate: gate), waitsUntilReady: false) { server in
            try await HTTPClient.connected(to: server.address) { idle in
                try await idle.send(HTTPClient.get("/v2/health/live"))
                _ = try await idle.reply()
                try await HTTPClient.connected(to: server.address) { busy in
                    // The warm-up does not pass the gate: the fake has none.
                    try await busy.send(Self.predict)
                    await gate.waitForArrivals(1)
                    async let stopped: Void = server.stop()

                    // The server still answers on connections that it has, and says that they end.
                    var probe = try await server.exchange(Self.probe)
                    while probe.status == 200 { probe = try await server.exchange(Self.probe) }
                    #expect(probe.status == 503)
                    #expect(probe.fields["connection"] == "close")
                    try await idle.send(HTTPClient.get("/"))
                    let late = try await idle.reply()
                    #expect(late.text == #"{"status":"alive"}"#)
                    #expect(late.fields["connection"] == "close")

                    gate.open()
                    let reply = try await busy.reply()
                    #expect(reply.text == #"{"predictions":[2.0]}"#)
                    #expect(reply.fields["connection"] == "close")
                    try await stopped
                }
            }
            await #expect(throws: (any Error).self) { try await server.exchange(Self.probe) }
        }
    }

    @Test("idle connections do not keep a server from stopping")
    func drainIdle() async throws {
        try await withServer(FakeModel()) { server in
            let rest = try await HTTPClient.connected(to: server.address) { client in
                try await client.send(HTTPClient.get("/"))
                _ = try await client.reply()
                try await server.stop()
                return try await client.rest()
            }
            #expect(rest == "")
        }
    }

    @Test("a client that takes a large answer slowly gets all of it before the server ends")
    func drainSlowly() async throws {
        // More than the sockets' buffers take.
        let amplification = 8 << 20
        let body =
            #"{"inputs": [{"name": "x", "shape": [1], "datatype": "FP32", "data": [1]}],"#
            + #""parameters": {"binary_data_output": true}}"#
        try await withServer(FakeModel(amplification: amplification)) { server in
            try await HTTPClient.connected(to: server.address) { client in
                try await client.send(HTTPClient.post("/v2/models/m/infer", body))
                try await client.waitForBytes()
                async let stopped: Void = server.stop()
                let reply = try await client.reply()
                #expect(reply.body.count > amplification * 4)
                try await stopped
            }
        }
    }

    @Test("a server can be stopped while the model is still being loaded")
    func stopWhileLoading() async throws {
        var model = FakeModel()
        model.loadGate = Gate(isOpen: false)
        let gate = model.loadGate
        try await withServer(model, waitsUntilReady: false) { server in try await server.stop() }
        gate.open()
    }

    @Test("a request beyond the queue's room is refused, and the others are answered")
    func fullQueue() async throws {
        let gate = Gate(isOpen: false)
        try await withServer(FakeModel(gate: gate), workers: 1, queueCapacity: 1) { server in
            try await HTTPClient.connected(to: server.address) { running in
                try await running.send(Self.predict)
                await gate.waitForArrivals(1)
                try await HTTPClient.connected(to: server.address) { waiting in
                    try await waiting.send(Self.predict)
                    var refused = HTTPReply()
                    // The waiting request may arrive second or third; one of the two must be refused.
                    while refused.status != 503 {
                        let metrics = try await server.exchange(HTTPClient.get("/metrics")).text
                        guard metrics.contains("\npilotlight_server_requests_in_flight 2\n") else { continue }
                        #expect(metrics.contains("\npilotlight_server_queue_length 1\n"))
                        refused = try await server.exchange(Self.predict)
                    }
                    #expect(refused.text.contains("Exceeds maximum queue size"))
                    #expect(refused.fields["retry-after"] == "1")
                    gate.open()
                    #expect(try await waiting.reply().status == 200)
                }
                #expect(try await running.reply().status == 200)
            }
            let metrics = try await server.exchange(HTTPClient.get("/metrics")).text
            #expect(metrics.contains(#"nv_inference_request_failure{model="m",reason="REJECTED",version="1"} 1"#))
            #expect(metrics.contains(#"nv_inference_request_success{model="m",version="1"} 2"#))
            #expect(metrics.contains("\npilotlight_server_requests_in_flight 0\n"))
        }
    }

    @Test("a request that waits while its client closes is not run")
    func abandoned() async throws {
        let gate = Gate(isOpen: false)
        try await withServer(FakeModel(gate: gate), workers: 1) { server in
            try await HTTPClient.connected(to: server.address) { running in
                try await running.send(Self.predict)
                await gate.waitForArrivals(1)
                try await HTTPClient.connected(to: server.address) { client in
                    try await client.send(Self.predict)
                    var inFlight = ""
                    while !inFlight.contains("\npilotlight_server_requests_in_flight 2\n") {
                        inFlight = try await server.exchange(HTTPClient.get("/metrics")).text
                    }
                }
                // The server has seen that connection's end before it answers this one.
                _ = try await server.exchange(Self.probe)
                gate.open()
                _ = try await running.reply()
            }
            var metrics = ""
            while !metrics.contains("\npilotlight_server_requests_in_flight 0\n") {
                metrics = try await server.exchange(HTTPClient.get("/metrics")).text
            }
            #expect(metrics.contains(#"nv_inference_request_failure{model="m",reason="CANCELED",version="1"} 1"#))
            #expect(gate.arrived == 1)
        }
    }
}
