import Activator
import EmbeddedCluster
import KubernetesClient
import ServingAPI
import StructuredData
import TestSupport
import Testing

@Suite("When replicas, clients and limits misbehave", .timeLimit(.minutes(1)))
struct FaultTests {
    static let get = "GET / HTTP/1.1\r\nhost: \(World.host)\r\n\r\n"

    @Test("a replica that breaks off in its answer breaks the client's connection off") func brokenAnswer() async throws
    {
        for head in ["content-length: 100\r\n\r\nabc", "transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"] {
            try await World.run { world in
                let replica = try TestReplica { _, socket in
                    try socket.send("HTTP/1.1 200 OK\r\n\(head)")
                    return false
                }
                try await world.addReplica(port: replica.port)
                let (text, wasReset) = try await onThread {
                    let socket = try world.connect()
                    try socket.send(Self.get)
                    return socket.receiveAll()
                }
                #expect(wasReset, "an end that looks clean: \(text)")
                try await world.eventually("the place is free") { world.present == (0, 0) }
            }
        }
    }

    @Test("a replica that dies before it answers: 502 for what had a body") func diedWithBody() async throws {
        try await World.run { world in
            let replica = try TestReplica { request, socket in
                if request.text == "die" { return false }
                return try TestReplica.ok(request, socket)
            }
            try await world.addReplica(port: replica.port)
            try await onThread {
                let socket = try world.connect()
                try socket.send(World.post("die"))
                let answer = try socket.receiveResponse()
                #expect(answer.status == 502)
                #expect(answer.fields["x-pilotlight-reason"] == "replica-died")
                try socket.send(World.post("live"))
                #expect(try socket.receiveResponse().text == "live")
            }
            #expect(replica.requests.filter { $0.text == "die" }.count == 1, "the body was sent twice")
        }
    }

    @Test("a request without body that met a dying connection is sent again") func replayed() async throws {
        try await World.run { world in
            let fails = Countdown(1)
            let replica = try TestReplica { request, socket in
                if request.line.hasPrefix("GET /once"), fails.take() { return false }
                return try TestReplica.ok(request, socket)
            }
            try await world.addReplica(port: replica.port)
            let answer = try await world.exchange("GET /once HTTP/1.1\r\nhost: \(World.host)\r\n\r\n")
            #expect(answer.status == 200)
            #expect(replica.requests.filter { $0.line.hasPrefix("GET /once") }.count == 2)
        }
    }

    @Test("a dead replica's requests go to another one") func failover() async throws {
        try await World.run { world in
            let dead = try TestReplica()
            let alive = try TestReplica { request, socket in
                try socket.send("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nalive")
                return true
            }
            try await world.addReplica(port: dead.port, name: "iris-0")
            _ = try await world.exchange(World.post("x"))
            dead.kill()
            try await world.addReplica(port: alive.port, name: "iris-1")
            for _ in 0..<10 { #expect(try await world.exchange(World.post("x")).text == "alive") }
        }
    }

    @Test("with all replicas dead requests wait for a new one") func allDead() async throws {
        try await World.run { world in
            let dead = try TestReplica()
            let key = try await world.addReplica(port: dead.port)
            _ = try await world.exchange(World.post("x"))
            dead.kill()
            async let answer = world.exchange(World.post("patient"))
            try await world.eventually("it waits") { world.present.waiting == 1 }
            try await world.api.delete(.pod, key, uid: nil)
            let replica = try TestReplica()
            try await world.addReplica(port: replica.port, name: "iris-1")
            #expect(try await answer.text == "patient")
        }
    }

    @Test("a replica that does not answer in time: 504") func responseTimeout() async throws {
        let gate = Gate()
        try await World.run(revision: { $0.responseStartTimeoutSeconds = 0.2 }) { world in
            let replica = try TestReplica { _, _ in
                gate.wait()
                return false
            }
            try await world.addReplica(port: replica.port)
            let answer = try await world.exchange(Self.get)
            #expect(answer.status == 504)
            #expect(answer.fields["x-pilotlight-reason"] == "response-timeout")
            gate.open()
        }
    }

    @Test("a replica that answers nonsense: 502") func nonsense() async throws {
        try await World.run { world in
            let replica = try TestReplica { _, socket in
                try socket.send("SSH-2.0-OpenSSH\r\n\r\n")
                return false
            }
            try await world.addReplica(port: replica.port)
            let answer = try await world.exchange(Self.get)
            #expect(answer.status == 502)
            #expect(answer.fields["x-pilotlight-reason"] == "bad-response")
        }
    }

    @Test("an answer of two answers poisons nothing") func responseSplitting() async throws {
        try await World.run { world in
            let replica = try TestReplica { _, socket in
                try socket.send(
                    "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil"
                )
                return true
            }
            try await world.addReplica(port: replica.port)
            for _ in 0..<5 { #expect(try await world.exchange(Self.get).text == "ok") }
        }
    }

    @Test("the concurrency limit holds though clients come and go") func limitHolds() async throws {
        try await World.run(revision: { $0.containerConcurrency = 2 }) { world in
            // Counted by the replica from the request's last byte until just before the response's first.
            let work = Occupancy()
            let replica = try TestReplica { request, socket in
                work.occupied { usleepBriefly() }
                return try TestReplica.ok(request, socket)
            }
            try await world.addReplica(port: replica.port)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for client in 0..<24 {
                    tasks.addTask {
                        try await onThread {
                            for number in 0..<20 {
                                let socket = try world.connect()
                                try socket.send(World.post("\(client)-\(number)"))
                                // Every third client leaves without its answer.
                                if (client + number) % 3 == 0 {
                                    socket.reset()
                                } else {
                                    #expect(try socket.receiveResponse().text == "\(client)-\(number)")
                                }
                            }
                        }
                    }
                }
                try await tasks.waitForAll()
            }
            #expect((1...2).contains(work.maximum))
            try await world.eventually("all places are free") { world.present == (0, 0) }
        }
    }

    @Test("clients that close before their answer leave nothing behind that harms the next") func closedEarly()
        async throws
    {
        let gate = Gate()
        try await World.run(settings: { $0.loopCount = 1 }) { world in
            let replica = try TestReplica { request, socket in
                if request.text == "left" { gate.wait() }
                return try TestReplica.ok(request, socket)
            }
            try await world.addReplica(port: replica.port)
            for round in 0..<10 {
                try await onThread {
                    let leavers = try (0..<4).map { _ in
                        let socket = try world.connect()
                        try socket.send(World.post("left"))
                        return socket
                    }
                    while replica.requests.filter({ $0.text == "left" }).count < (round + 1) * 4 { usleepBriefly() }
                    // Closed in an orderly way, which looks like a client that only stops sending.
                    for socket in leavers { socket.shutdownWrite() }
                    _ = leavers
                }
                for _ in 0..<4 { gate.open() }
                try await world.eventually("their places are free") { world.present == (0, 0) }
                for _ in 0..<8 { #expect(try await world.exchange(World.post("next")).text == "next") }
            }
        }
    }

    @Test("a pod that is deleted drains: what it has is finished, then it is marked") func drain() async throws {
        let gate = Gate()
        try await World.run { world in
            let old = try TestReplica { request, socket in
                if request.text == "held" { gate.wait() }
                return try TestReplica.ok(request, socket)
            }
            var pod = try await world.pod(world.addReplica(port: old.port))
            pod.metadata["finalizers"] = ["test/hold"]
            _ = try await world.api.update(.pod, pod, subresource: nil)
            async let held = world.exchange(World.post("held"))
            try await world.eventually("the old one has it") { world.present.inFlight == 1 }
            try await world.api.delete(.pod, pod.key, uid: nil)
            let new = try TestReplica()
            try await world.addReplica(port: new.port, name: "iris-1")
            try await world.eventually("new requests go to the new one") {
                try await world.exchange(World.post("new")).text == "new" && !new.requests.isEmpty
            }
            #expect(try await world.pod(pod.key).annotations["pilotlight.dev/drained"] == nil)
            gate.open()
            #expect(try await held.text == "held")
            try await world.eventually("it is marked as drained") {
                try await world.pod(pod.key).annotations["pilotlight.dev/drained"] == "true"
            }
        }
    }

    @Test("shutdown lets requests finish and refuses new connections") func shutdown() async throws {
        let gate = Gate()
        let answer = Box<HTTPAnswer>()
        try await World.run { world in
            let replica = try TestReplica { request, socket in
                gate.wait()
                return try TestReplica.ok(request, socket)
            }
            try await world.addReplica(port: replica.port)
            Task { answer.value = try await world.exchange(World.post("last")) }
            try await world.eventually("it is with the replica") { !replica.requests.isEmpty }
            Task {
                // The answer comes only after nobody new is let in.
                while (try? await onThread({ try world.connect() })) != nil {
                    try await Task.sleep(for: .milliseconds(5))
                }
                gate.open()
            }
        }
        // The client takes its answer in a task of its own, which may still be about to.
        for _ in 0..<1000 where answer.value == nil { try await Task.sleep(for: .milliseconds(5)) }
        #expect(answer.value?.text == "last")
    }

    @Test("load is reported as an average over time, waiting included") func reports() async throws {
        try await World.run(settings: { $0.reportIntervalSeconds = 0.05 }) { world in
            async let answer = world.exchange(World.post("x"))
            try await world.eventually("a whole interval of waiting is reported") {
                world.receiver.loads.contains { $0.averageConcurrency > 0.99 && $0.waiting == 1 && $0.replicas.isEmpty }
            }
            let replica = try TestReplica()
            try await world.addReplica(port: replica.port)
            _ = try await answer
            try await world.eventually("the rest is silence, and a ready replica") {
                world.receiver.loads.last.map { $0.averageConcurrency == 0 && $0.replicas.first?.isReady == true }
                    ?? false
            }
        }
    }
}
