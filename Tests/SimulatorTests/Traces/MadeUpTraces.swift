import Foundation
import SimulationKit

/// Traces of the size and the formats of the shared ones, made up: what a clone without those is tested with.
///
/// The same on every machine. Nothing in them is anybody's traffic.
enum MadeUpTraces {
    /// Calls of a thousand functions by minute of a day, as Azure's 2019 trace and its samples are written.
    static func functions(_ count: Int, minutes: Int, firstMinute: Int = 1) -> (text: String, calls: [[Int]]) {
        let calls = (0..<count).map { Self.function($0, minutes: minutes) }
        let isSample = firstMinute != 1
        var text = isSample ? "HashOwner,HashApp,HashFunction,Trigger" : "HashFunction,HashApp,HashOwner"
        for minute in 0..<minutes { text += isSample ? ",\(firstMinute + minute)" : ",minute_\(minute + 1)" }
        for (index, row) in calls.enumerated() {
            text += isSample ? "\no\(index % 7),a\(index / 2),f\(index),timer" : "\nf\(index),f\(index),f\(index)"
            for value in row { text += ",\(value)" }
        }
        return (text + "\n", calls)
    }

    /// Timers, callers at random, and days with a rhythm, from once a day to many times a minute.
    private static func function(_ index: Int, minutes: Int) -> [Int] {
        var stream = RandomStream(seed: 2019, replication: 0, purpose: .arrivals, entity: index)
        var calls = [Int](repeating: 0, count: minutes)
        let pace = -ElementaryFunctions.log(stream.uniform()) * 60 + 1
        switch index % 4 {
        case 0:
            let period = max(1, Int(pace))
            for minute in stride(from: Int(stream.uniform() * Double(period)), to: minutes, by: period) {
                calls[min(minute + (stream.uniform() < 0.1 ? 1 : 0), minutes - 1)] += 1 + stream.below(3)
            }
        case 1:
            for minute in 0..<minutes where stream.uniform() < 1 / (pace * 4) { calls[minute] += 1 + stream.below(9) }
        case 2:
            for minute in 0..<minutes where (480..<1080).contains(minute % 1440) && stream.uniform() < 3 / pace {
                calls[minute] += 1 + stream.below(40)
            }
        default:
            // Seldom: some never come twice, some are further apart than any histogram reaches.
            var minute = stream.uniform() * Double(minutes)
            while minute < Double(minutes) {
                calls[Int(minute)] += 1
                minute += 200 + -ElementaryFunctions.log(stream.uniform()) * 300
            }
        }
        return calls
    }

    /// Requests of a language model: bursts and silence, ends of lines as on Windows, none at the end.
    static func languageModel(_ count: Int) -> String {
        var stream = RandomStream(seed: 2023, replication: 0, purpose: .arrivals)
        var lines = ["TIMESTAMP,ContextTokens,GeneratedTokens"]
        var seconds = 0.0
        for number in 0..<count {
            seconds += -ElementaryFunctions.log(stream.uniform()) * (number % 150 == 0 ? 20 : 0.05)
            let whole = Int(seconds)
            let clock = [18 + whole / 3600, whole / 60 % 60, whole % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
            let ticks = String(10_000_000 + Int((seconds - Double(whole)) * 10_000_000)).dropFirst()
            lines.append(
                "2023-11-16 \(clock.joined(separator: ":")).\(ticks),\(1 + stream.below(7000)),\(stream.below(400))"
            )
        }
        return lines.joined(separator: "\r\n")
    }

    /// Conversations on a grid of three seconds, as Mooncake's are.
    static func conversations(_ count: Int) -> String {
        var stream = RandomStream(seed: 2025, replication: 0, purpose: .arrivals)
        return (0..<count).map { number in
            let input = 512 + stream.below(20_000)
            let blocks = (0...input / 512).map { "\($0 < 3 ? $0 : number * 64 + $0)" }.joined(separator: ", ")
            return "{\"timestamp\": \(number / 10 * 3000), \"input_length\": \(input), "
                + "\"output_length\": \(stream.below(900)), \"hash_ids\": [\(blocks)]}\n"
        }.joined()
    }

    /// A run against a provider that keeps an idle instance for so long: one function, one request an instance.
    static func lambdaRun(_ count: Int, rate: Double, expirySeconds: Double, run: Int) -> String {
        var stream = RandomStream(seed: 2020, replication: run, purpose: .arrivals)
        var text = ",is_cold,inst_id,aws_duration,client_start_time,client_end_time\n"
        var now = 1_590_000_000.0
        /// When each instance was last done, the freshest last.
        var free: [Double] = []
        var busy: [Double] = []
        for number in 0..<count {
            now += -ElementaryFunctions.log(stream.uniform()) / rate
            free += busy.filter { $0 <= now }.sorted()
            busy.removeAll { $0 <= now }
            free.removeAll { now - $0 > expirySeconds }
            let isCold = free.popLast() == nil
            let service = -ElementaryFunctions.log(stream.uniform()) * (isCold ? 2.244 : 1.991)
            busy.append(now + service)
            text += "\(number),\(isCold ? "True" : "False"),i,\(service * 1000),\(now),\(now + service)\n"
        }
        return text
    }
}
