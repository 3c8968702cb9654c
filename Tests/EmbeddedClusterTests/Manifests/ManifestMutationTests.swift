import EmbeddedCluster
import Foundation
import KubernetesClient
import ServingAPI
import StructuredData
import Testing

@Suite("Manifests that were damaged at random", .timeLimit(.minutes(1)))
struct ManifestMutationTests {
    static let pieces = [
        "", " ", "\t", "\n", "\r\n", ":", "- ", "---\n", "...\n", "{", "}", "[", "]", "\"", "'", "&a ", "*a ", "<<: ",
        "? ", "!!", "|", ">", "#", "%YAML 1.2\n", "\u{0}", "\u{FEFF}", "é", "\\", "~", "0x", "1e9", "@", "`",
    ]

    /// Deletes, doubles or inserts something somewhere.
    static func mutated(_ text: String, _ random: inout SeededGenerator) -> String {
        var bytes = Array(text.utf8)
        let start = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, start + Int.random(in: 0..<12, using: &random))
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.removeSubrange(start..<end)
        case 1: bytes.insert(contentsOf: bytes[start..<end], at: start)
        case 2:
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let line = lines.randomElement(using: &random) ?? ""
            bytes.insert(contentsOf: Array("\n\(line)\n".utf8), at: start)
        default:
            bytes.insert(contentsOf: Array((Self.pieces.randomElement(using: &random) ?? "").utf8), at: start)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("no damage makes the reader stop, and what it lets through can be used", arguments: [1, 2] as [UInt64])
    func damaged(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let names = try FileManager.default.contentsOfDirectory(atPath: ManifestReaderTests.fixtures).sorted()
        let texts = try names.map {
            try String(contentsOfFile: "\(ManifestReaderTests.fixtures)/\($0)", encoding: .utf8)
        }
        var read = 0
        for round in 0..<600 {
            var text = texts[round % texts.count]
            for _ in 0...Int.random(in: 0..<4, using: &random) { text = Self.mutated(text, &random) }
            let reading = ManifestReader().read(text: text, file: "f.yaml", folder: "/m")
            #expect(reading.problems.allSatisfy { !$0.problem.message.isEmpty })
            for object in reading.objects where object.type == .inferenceService {
                read += 1
                #expect(throws: Never.self, "seed \(seed), round \(round)") {
                    try InferenceService.admit(object.object.json)
                }
            }
        }
        #expect(read > 20, "too few manifests survive for the test to say much")
    }
}
