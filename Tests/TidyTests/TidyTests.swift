import Foundation
import Testing

/// Rules about the source text itself that neither the compiler nor `swift format` can state.
@Suite("tidy")
struct TidyTests {
    /// Rooms that must stay deterministic.
    static let pureRooms = [
        "Timekeeping", "StructuredData", "HTTPWire", "SimulationKit", "Formulas", "Hashing", "ServingAPI",
        "ScalingCore", "RoutingCore",
    ]

    /// Parts of other rooms that must stay so too: what decides in them.
    static let pureFolders = ["Sources/Autoscaler/Engine/", "Sources/Controllers/Planning/"]

    /// What would make them otherwise, as regular expressions over code without comments and strings.
    static var impurities: [(name: String, pattern: Regex<Substring>)] {
        [
            (
                "an import of the system",
                #/import (?:Foundation|FoundationEssentials|Dispatch|Glibc|Synchronization)\b/#
            ),
            (
                "a clock",
                #/\b(?:ContinuousClock|SuspendingClock|MonotonicClock|WallTime\.now|Date\(\)|clock_gettime|gettimeofday|DispatchTime)/#
            ),
            (
                "entropy",
                #/\bSystemRandomNumberGenerator|\.random\((?!.*using:)|\.shuffled\(\)|\.randomElement\(\)|\bUUID\(/#
            ),
            ("a task", #/\bTask(?:\.detached|\.sleep|\.yield)?\s*[({]|\bwith\w*TaskGroup|\bDispatchQueue|\bThread\b/#),
            ("the environment", #/\bgetenv|\bProcessInfo\b|\bCommandLine\b/#),
            ("output", #/\b(?:print|debugPrint|dump)\(/#),
        ]
    }

    @Test("the pure rooms read no clock, no entropy and no environment", arguments: pureRooms)
    func purity(room: String) {
        Self.expectPurity(of: SourceTree.sources.filter { $0.room == room })
    }

    @Test("what decides in other rooms reads no clock, no entropy and no environment either", arguments: pureFolders)
    func purity(folder: String) {
        Self.expectPurity(of: SourceTree.sources.filter { $0.path.contains(folder) })
    }

    private static func expectPurity(of files: [SourceTree.File]) {
        #expect(!files.isEmpty, "no sources found, so nothing was checked")
        for file in files {
            for problem in Self.impuritiesFound(in: file.text) {
                Issue.record("\(file.path):\(problem.line) has \(problem.name) ('\(problem.text)'); pass the value in")
            }
        }
    }

    /// A file that holds none of these holds no impurity, which is found out quickly.
    private static let triggers = [
        "import Foundation", "import Dispatch", "import Glibc", "import Synchronization", "Clock", "WallTime.now",
        "Date()", "gettime",
        "Dispatch", "andom", "shuffled", "UUID", "Task", "Thread", "getenv",
        "ProcessInfo", "CommandLine", "print(", "Print(", "dump(",
    ]

    static func impuritiesFound(in source: String) -> [(line: Int, name: String, text: String)] {
        let data = Data(source.utf8)
        guard Self.triggers.contains(where: { data.range(of: Data($0.utf8)) != nil }) else { return [] }
        let lines = SwiftText.code(of: source).split(separator: "\n", omittingEmptySubsequences: false)
        return lines.enumerated().flatMap { number, line in
            Self.impurities.compactMap { impurity in
                line.firstMatch(of: impurity.pattern).map { (number + 1, impurity.name, String($0.0)) }
            }
        }
    }

    @Test("a file fits in the reader's head")
    func fileLength() {
        // What a generator wrote is read by nobody.
        for file in SourceTree.sources + SourceTree.tests where !file.path.contains("/Generated/") {
            let lines = file.data.count { $0 == UInt8(ascii: "\n") }
            #expect(lines <= 500, "\(file.path) has \(lines) lines; split it by responsibility")
        }
    }

    @Test("what is left to do carries the number of its issue")
    func leftovers() {
        for file in SourceTree.sources + SourceTree.tests {
            guard file.mentions(["TODO", "FIXME"]), !file.path.hasSuffix("TidyTests.swift") else { continue }
            for (number, line) in file.lines.enumerated() {
                let isMarked = line.contains(#/\b(?:TODO|FIXME)\b/#) && !line.contains(#/\b(?:TODO|FIXME)\(#\d+\)/#)
                #expect(!isMarked, "\(file.path):\(number + 1) is left to do without an issue's number")
            }
        }
    }

    @Test("no path of one machine is left in the tree")
    func machinePaths() {
        let folders = ["Sources", "Tests", "scripts", "docs", "config", "Benchmarks", ".ci", "simulations"]
        let single = ["Makefile", "Package.swift", "README.md", "CONTRIBUTING.md"]
        let files =
            folders.flatMap { SourceTree.files(under: $0, where: SourceTree.isText) }
            + single.compactMap(SourceTree.file)
        for file in files
        where file.mentions(["/work/", "/farm/", "/root/"]) && !file.path.hasSuffix("TidyTests.swift") {
            for (number, line) in file.lines.enumerated() {
                let path = line.firstMatch(of: #/(?:^|[^A-Za-z0-9.])(\/(?:work|farm|root)\/\S*)/#)?.1
                #expect(path == nil, "\(file.path):\(number + 1) names \(path ?? ""), a path of one machine")
            }
        }
    }

    @Test("the rules of this suite see what they forbid, and only in code")
    func rulesWork() {
        let impure = [
            "import Foundation", "public import Glibc", "let now = ContinuousClock().now", "WallTime.now()",
            "Int.random(in: 0..<3)",
            "let x = list.shuffled()", "Task { }", "Task.detached {", "await Task.sleep(for: .zero)",
            "await withTaskGroup(of: Void.self) { _ in }", "getenv(\"HOME\")", "print(1)",
        ]
        for line in impure { #expect(!Self.impuritiesFound(in: line).isEmpty, "'\(line)' is not seen") }
        let pure = [
            "// import Foundation", "/* print(1) */", "let text = \"print(1)\"", "let text = \"\"\"\nprint(1)\n\"\"\"",
            "Int.random(in: 0..<3, using: &generator)", "let task = Task", "struct TaskList {", "blueprint(1)",
            "let text = #\"a \"quoted\" print(1)\"#", "let text = \"a \\\" print(1)\"",
        ]
        for line in pure { #expect(Self.impuritiesFound(in: line).isEmpty, "'\(line)' is taken for impure") }
        #expect(Self.impuritiesFound(in: "let a = 1\n/* one\ntwo */ print(1)").map(\.line) == [3])
    }
}
