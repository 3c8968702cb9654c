import Foundation
import Glibc
import MessageTransport

/// The broker: librdkafka's mock of one, in a process of its own.
final class PeerProcess {
    let bootstrapServers: String
    private let process = Process()
    private let input = Pipe()

    var settings: KafkaSettings { KafkaSettings(bootstrapServers: self.bootstrapServers) }

    init(program: String, topics: [String]) throws {
        let output = Pipe()
        self.process.executableURL = URL(filePath: program)
        self.process.arguments = ["--brokers", "1", "--topics"] + topics
        self.process.standardInput = self.input
        self.process.standardOutput = output
        self.process.standardError = FileHandle.nullDevice
        try self.process.run()
        let line = output.fileHandleForReading.availableData
        let description = try JSONSerialization.jsonObject(with: line) as? [String: Any]
        self.bootstrapServers = description?["bootstrapServers"] as? String ?? ""
    }

    func stop() {
        try? self.input.fileHandleForWriting.close()
        self.process.waitUntilExit()
    }

    /// Processor time of the broker.
    func seconds() -> Double {
        let text = (try? String(contentsOfFile: "/proc/\(self.process.processIdentifier)/stat", encoding: .utf8)) ?? ""
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Connections that clients have to the broker.
    func connections() -> Int {
        let port = self.bootstrapServers.split(separator: ":").last.flatMap { Int($0) } ?? 0
        let hexadecimal = String(port, radix: 16, uppercase: true)
        let suffix = ":" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
        // The kernel makes the file up as it is read, so its size is not known beforehand.
        let bytes = try? FileHandle(forReadingAtPath: "/proc/net/tcp")?.readToEnd()
        let text = String(decoding: bytes ?? Data(), as: UTF8.self)
        return text.split(separator: "\n").count { line in
            let fields = line.split(separator: " ")
            // State 01 is an established connection.
            return fields.count > 3 && fields[1].hasSuffix(suffix) && fields[3] == "01"
        }
    }
}
