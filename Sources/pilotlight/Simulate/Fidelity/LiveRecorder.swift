import Foundation
import HTTPTransport
import Simulator
import StructuredData
import Synchronization

/// Sends requests to a live platform at given times and writes down what happens.
struct LiveRecorder: Sendable {
    /// A request to send: when, and how long the replica is to work on it.
    struct Call: Sendable {
        let at: Double
        let work: Double
    }

    let service: String
    let calls: [Call]
    /// How long to record; the calls lie within.
    let seconds: Double
    /// Says on the error stream how much time is left.
    var showsProgress = false

    /// Records a run of `platform` from now on.
    func record(_ platform: LivePlatform, _ client: HTTPClient) async throws -> LiveRecording {
        let port = platform.port
        let admin = platform.admin
        let startedAt = Date()
        let clock = ContinuousClock()
        let start = clock.now
        let events = EventLog()
        return try await withThrowingTaskGroup(of: LiveRecording.Request?.self) { group in
            group.addTask {
                try await self.follow(admin, client, into: events, since: startedAt)
                return nil
            }
            for call in self.calls {
                group.addTask {
                    try await clock.sleep(until: start + .seconds(call.at), tolerance: .zero)
                    return await self.send(call, to: port, client, since: start)
                }
            }
            group.addTask {
                for second in stride(from: 0.0, to: self.seconds, by: 1) {
                    try await clock.sleep(until: start + .seconds(second), tolerance: .zero)
                    if self.showsProgress, second > 2 { Self.tell(secondsLeft: self.seconds - second) }
                }
                try await clock.sleep(until: start + .seconds(self.seconds), tolerance: .zero)
                if self.showsProgress { StandardStream.error.write("\r\u{1B}[2K") }
                return nil
            }
            var requests: [LiveRecording.Request] = []
            var hasEnded = false
            while !hasEnded || requests.count < self.calls.count, let outcome = try await group.next() {
                if let outcome { requests.append(outcome) } else { hasEnded = true }
            }
            group.cancelAll()
            return LiveRecording(requests: requests, events: events.all, seconds: self.seconds)
        }
    }

    private static func tell(secondsLeft: Double) {
        guard StandardStream.error.isTerminal else { return }
        StandardStream.error.write("\r\u{1B}[2K\(Int(secondsLeft)) s left")
    }

    private func send(
        _ call: Call,
        to port: Int,
        _ client: HTTPClient,
        since start: ContinuousClock.Instant
    ) async -> LiveRecording.Request {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/serving/default/\(self.service)/")
        request.headers.add(StandInReplica.workField, String(call.work))
        request.timeouts = .init(connect: .seconds(5), total: .seconds(300))
        let sentAt = ContinuousClock.now
        var seen = LiveRecording.Request(
            at: (sentAt - start) / .seconds(1),
            latency: 0,
            status: 0,
            isCold: false,
            work: nil
        )
        if let answer = try? await client.send(request) {
            _ = try? await answer.bytes(upTo: 65_536)
            seen.status = answer.status
            seen.isCold = answer.headers["x-pilotlight-cold-start"] != nil
            seen.work = answer.headers[StandInReplica.workField].flatMap(Double.init)
        }
        seen.latency = (ContinuousClock.now - sentAt) / .seconds(1)
        return seen
    }

    // MARK: What happens to the replicas

    /// Reads the platform's events until it is cancelled.
    private func follow(_ admin: Int, _ client: HTTPClient, into log: EventLog, since: Date) async throws {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(admin)/api/events?replay=1000")
        request.timeouts = .init(connect: .seconds(5), total: nil)
        let answer = try await client.send(request)
        var pending: [UInt8] = []
        for try await chunk in answer.body {
            pending += chunk
            while let end = pending.firstIndex(of: 0x0A) {
                let line = String(decoding: pending[..<end], as: UTF8.self)
                pending.removeFirst(end + 1)
                guard line.hasPrefix("data: "), let json = try? JSONParser.parse(String(line.dropFirst(6))),
                    let event = Self.event(json, since: since)
                else { continue }
                log.append(event)
            }
        }
    }

    private static func event(_ json: JSONValue, since: Date) -> LiveRecording.Event? {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard let kind = json["kind"]?.stringValue, let meaning = Self.meanings[kind],
            let text = json["time"]?.stringValue, let time = try? style.parse(text)
        else { return nil }
        return LiveRecording.Event(
            at: time.timeIntervalSince(since),
            kind: meaning,
            replica: json["fields"]?["pod"]?.stringValue ?? "",
            replicas: json["fields"]?["replicas"]?.stringValue.flatMap { Int($0) }
        )
    }

    private static let meanings: [String: LiveRecording.Event.Kind] = [
        "scaled": .scaled, "scaledToZero": .scaled, "replicaStarting": .starting, "replicaReady": .ready,
        "replicaDraining": .draining, "replicaStopped": .stopped, "replicaFailed": .failed,
    ]
}

/// Events in the order of their coming.
private final class EventLog: Sendable {
    private let events = Mutex<[LiveRecording.Event]>([])

    var all: [LiveRecording.Event] { self.events.withLock { $0 } }

    func append(_ event: LiveRecording.Event) { self.events.withLock { $0.append(event) } }
}
