import Autoscaler
import Foundation
import Glibc
import MessageTransport
import Signals
import Synchronization

/// What one side cost.
struct Figures {
    var connections: Int
    var threads: Int
    var residentMebibytes: Int
    var requestsPerSecond: Double
    var ownMillisecondsPerSecond: Double
    var brokerMillisecondsPerSecond: Double
}

/// How the triggers get their clients.
enum Side: String {
    case shared = "one client"
    case separate = "a client each"

    /// Reads every trigger again and again, evenly spread over the interval.
    func run(_ peer: PeerProcess, _ options: Options, objects: Int, countsRequests: Bool) async throws -> Figures {
        let counter = RequestCounter()
        let triggers = try self.triggers(peer, objects, countsRequests ? counter : nil)
        // The first look connects and learns the topics; it is not what goes on for months.
        try await Self.readAll(triggers, over: 2, times: 1, every: 0)
        try await Self.readAll(triggers, over: 1, times: 1, every: 0)
        if countsRequests { try await Task.sleep(for: .milliseconds(1500)) }
        let (ownBefore, brokerBefore, requestsBefore) = (Self.ownSeconds(), peer.seconds(), counter.total)
        let start = ContinuousClock.now
        try await Self.readAll(
            triggers,
            over: Double(options.interval),
            times: options.seconds / options.interval,
            every: Double(options.interval)
        )
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let own = Self.ownSeconds() - ownBefore
        let broker = peer.seconds() - brokerBefore
        if countsRequests { try await Task.sleep(for: .milliseconds(1500)) }
        let figures = Figures(
            connections: peer.connections(),
            threads: Self.status("Threads"),
            residentMebibytes: Self.status("VmRSS") / 1024,
            requestsPerSecond: Double(counter.total - requestsBefore) / seconds,
            ownMillisecondsPerSecond: own * 1000 / seconds,
            brokerMillisecondsPerSecond: broker * 1000 / seconds
        )
        for trigger in triggers { await trigger.close() }
        try await Task.sleep(for: .seconds(countsRequests ? 1 : 3))
        return figures
    }

    private func triggers(_ peer: PeerProcess, _ objects: Int, _ counter: RequestCounter?) throws -> [any Trigger] {
        func clusters(_ name: Int) -> KafkaClusters {
            guard let counter else { return KafkaClusters(logger: .silent) }
            return KafkaClusters(logger: .silent) { counter.note($0, client: name) }
        }
        let common = clusters(0)
        return try (0..<objects).map { object in
            let own = self == .shared ? common : clusters(object)
            let declaration = TriggerDeclaration(
                namespace: "default",
                scaledObject: "object-\(object)",
                index: 0,
                type: "kafka",
                metadata: [
                    "bootstrapServers": peer.bootstrapServers, "consumerGroup": "group-\(object)",
                    "topic": "topic-\(object)",
                ]
            )
            return try TriggerCatalogue([.kafka(own, named: "kafka")]).trigger(for: declaration)
        }
    }

    private static func readAll(_ triggers: [any Trigger], over: Double, times: Int, every: Double) async throws {
        let start = ContinuousClock.now
        try await withThrowingTaskGroup { group in
            for (index, trigger) in triggers.enumerated() {
                let offset = over * Double(index) / Double(triggers.count)
                group.addTask {
                    for time in 0..<times {
                        try await Task.sleep(until: start + .seconds(offset + Double(time) * every))
                        _ = try await trigger.read()
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Processor time of this process.
    private static func ownSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }

    private static func status(_ name: String) -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(name):") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
}

/// Adds up the requests that librdkafka's statistics tell of.
final class RequestCounter: Sendable {
    private let counts = Mutex<[Int: Int]>([:])

    var total: Int { self.counts.withLock { $0.values.reduce(0, +) } }

    func note(_ json: String, client: Int) {
        guard let object = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any],
            let brokers = object["brokers"] as? [String: [String: Any]]
        else { return }
        let total = brokers.values.reduce(0) { $0 + ($1["tx"] as? Int ?? 0) }
        self.counts.withLock { $0[client] = max($0[client] ?? 0, total) }
    }
}
