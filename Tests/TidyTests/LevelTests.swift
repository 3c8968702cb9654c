import Testing

/// The order of the rooms: what stands on what.
@Suite("levels")
struct LevelTests {
    /// A room may import rooms of lower levels only; so no role knows another, and the pure rooms know no I/O.
    static let levels: [[String]] = [
        ["CChildProcess", "COnnxRuntime", "CCurl", "CRdkafka", "CRabbitMQ", "CPostgres", "Hashing"],
        ["Timekeeping", "StructuredData", "HTTPWire", "HTTPTransport", "SimulationKit", "Formulas"],
        ["ServingAPI", "ScalingCore", "RoutingCore", "MessageTransport", "YAMLReading"],
        ["Telemetry", "KubernetesClient"],
        [
            "Activator", "Autoscaler", "Controllers", "InferenceServer", "EmbeddedCluster", "Administration",
            "Simulator",
        ],
        ["Signals", "ExternalScaler"],
        ["pilotlight"],
    ]

    static let levelOfRoom: [String: Int] = Dictionary(
        uniqueKeysWithValues: levels.enumerated().flatMap { level, rooms in rooms.map { ($0, level) } }
    )

    @Test("every room has a level")
    func everyRoomIsKnown() {
        let rooms = Set((SourceTree.files(under: "Sources") { _ in true }).map(\.room))
        #expect(rooms == Set(Self.levelOfRoom.keys), "Sources and the table of levels differ")
    }

    @Test("a room imports only rooms of lower levels", arguments: levels.joined())
    func imports(room: String) throws {
        let level = try #require(Self.levelOfRoom[room])
        for file in SourceTree.sources where file.room == room {
            for module in Self.imports(in: file.text) {
                guard let imported = Self.levelOfRoom[module] else { continue }
                #expect(imported < level, "\(file.path) imports \(module), which does not lie below \(room)")
            }
        }
    }

    static func imports(in source: String) -> [String] {
        let attributes = #/^\s*(?:@\w+(?:\(\w+\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?/#
        let what = #/import\s+(?:(?:class|struct|enum|func|protocol|typealias|let|var)\s+)?(\w+)/#
        return source.split(separator: "\n").filter { $0.contains("import ") }.compactMap { line in
            let rest = line.trimmingPrefix(attributes)
            return rest.prefixMatch(of: what).map { String($0.1) }
        }
    }

    @Test("every way to write an import is seen")
    func importsAreSeen() {
        let source = """
            import A
            public import B
              @_exported import C
            private import struct D.E
            @testable import F
            // import G
            let imports = 1
            """
        #expect(Self.imports(in: source) == ["A", "B", "C", "D", "F"])
    }
}
