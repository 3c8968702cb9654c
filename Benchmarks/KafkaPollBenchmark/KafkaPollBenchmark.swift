import Autoscaler
import Foundation
import Logging
import MessageTransport
import Signals

/// Measures what it costs to watch many consumer groups on one Kafka broker.
///
/// Each group is a trigger as a ScaledObject has it, and reads a topic of its own. One side shares a client between all
/// of them, as Pilotlight does. The other has a client for each, as KEDA has; it is otherwise the same code, which is
/// kinder to it than KEDA's, which also asks for all topics at each look.
///
///     KafkaPollBenchmark --peer .build/release/kafka-peer --objects 1000 --seconds 10 --interval 2
@main
enum KafkaPollBenchmark {
    static func main() async throws {
        let options = Options(CommandLine.arguments)
        let peer = try PeerProcess(program: options.peer, topics: (0..<options.objects).map { "topic-\($0):1:1" })
        defer { peer.stop() }
        print(
            "\(options.objects) groups on one broker, each looked at every \(options.interval) s for \(options.seconds) s"
        )
        try await self.prepare(peer, options, lag: 3)
        print("side            groups     connections  threads  resident MiB  requests/s  CPU ms/s  broker CPU ms/s")
        for phase in ["with lag", "in quiet"] {
            if phase == "in quiet" { try await self.catchUp(peer, options) }
            for side in [Side.shared, .separate] {
                let figures = try await side.run(peer, options, objects: options.objects, countsRequests: false)
                // Statistics cost time themselves, so requests are counted in a run of their own; clients that share
                // nothing need not all be counted.
                let counted = side == .shared ? options.objects : min(50, options.objects)
                let counts = try await side.run(peer, options, objects: counted, countsRequests: true)
                let requests = counts.requestsPerSecond * Double(options.objects) / Double(counted)
                self.printRow(side, phase, figures, requests)
            }
        }
    }

    private static func printRow(_ side: Side, _ phase: String, _ figures: Figures, _ requests: Double) {
        let row = [
            self.padded(side.rawValue, -15), self.padded(phase, -10), self.padded("\(figures.connections)", 11),
            self.padded("\(figures.threads)", 8), self.padded("\(figures.residentMebibytes)", 13),
            self.padded(self.fixed(requests), 11), self.padded(self.fixed(figures.ownMillisecondsPerSecond), 9),
            self.padded(self.fixed(figures.brokerMillisecondsPerSecond), 16),
        ]
        print(row.joined(separator: " "))
    }

    /// Writes messages that nobody has read.
    private static func prepare(_ peer: PeerProcess, _ options: Options, lag: Int) async throws {
        let producer = try KafkaProducer(KafkaProducerSettings(cluster: peer.settings), logger: .silent)
        let records = (0..<options.objects).flatMap { object in
            (0..<lag).map { _ in KafkaRecord(topic: "topic-\(object)", value: [1]) }
        }
        for fate in try await producer.send(records, within: .seconds(60)) { _ = try fate.get() }
        await producer.close(within: .seconds(5))
        // A group that committed nothing and one that committed something cost the same; the latter is the usual case.
        try await self.commit(peer, options, offset: 1)
    }

    private static func catchUp(_ peer: PeerProcess, _ options: Options) async throws {
        try await self.commit(peer, options, offset: 3)
    }

    private static func commit(_ peer: PeerProcess, _ options: Options, offset: Int64) async throws {
        let cluster = try KafkaClusters(logger: .silent).cluster(for: peer.settings)
        for object in 0..<options.objects {
            let partition = KafkaPartition(topic: "topic-\(object)", index: 0)
            try await cluster.setProgress(
                of: "group-\(object)",
                to: [KafkaPosition(partition: partition, offset: offset)]
            )
        }
    }

    private static func fixed(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

    /// - Parameter width: Negative to pad on the right.
    private static func padded(_ text: String, _ width: Int) -> String {
        let blanks = String(repeating: " ", count: max(0, abs(width) - text.count))
        return width < 0 ? text + blanks : blanks + text
    }
}

struct Options {
    var peer = ".build/release/kafka-peer"
    var objects = 1000
    var seconds = 10
    var interval = 2

    init(_ arguments: [String]) {
        for (name, value) in zip(arguments.dropFirst(), arguments.dropFirst(2)) {
            switch name {
            case "--peer": self.peer = value
            case "--objects": self.objects = Int(value) ?? self.objects
            case "--seconds": self.seconds = Int(value) ?? self.seconds
            case "--interval": self.interval = Int(value) ?? self.interval
            default: break
            }
        }
    }
}

extension Logger {
    static var silent: Logger { Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() } }
}
