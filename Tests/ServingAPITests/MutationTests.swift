import ServingAPI
import StructuredData
import Testing

@Suite("Services that were damaged at random", .timeLimit(.minutes(1)))
struct MutationTests {
    static let replacements: [JSONValue] = [
        nil, true, 0, -1, 1, 101, 65536, .int(.max), .int(.min), 0.5, 1e300, "", "x", "s3://", "../..", "{{", "{{.X}}",
        "true", "60s", [], ["x"], [[]], [nil], [:], ["": ""], ["name": "onnx"], ["limits": ["cpu": "-1"]],
    ]

    /// Replaces, removes, renames or doubles one value, any of them as likely as any other.
    static func mutated(_ json: JSONValue, _ random: inout SeededGenerator) -> JSONValue {
        let path = Self.paths(in: json).randomElement(using: &random) ?? []
        let replacement = Self.replacements.randomElement(using: &random) ?? .null
        return Self.edited(json, at: path[...], replacement, Int.random(in: 0..<6, using: &random))
    }

    private static func paths(in json: JSONValue) -> [[FieldPath.Step]] {
        let inner: [(FieldPath.Step, JSONValue)]
        switch json {
        case .object(let object): inner = object.map { (.member($0.key), $0.value) }
        case .array(let elements): inner = elements.enumerated().map { (.element($0), $1) }
        case .null, .bool, .int, .double, .string: inner = []
        }
        return [[]] + inner.flatMap { step, value in Self.paths(in: value).map { [step] + $0 } }
    }

    private static func edited(
        _ json: JSONValue,
        at path: ArraySlice<FieldPath.Step>,
        _ replacement: JSONValue,
        _ kind: Int
    ) -> JSONValue {
        switch (json, path.first) {
        case (.object(var object), .member(let key)):
            let value = object[key] ?? .null
            switch (path.count, kind) {
            case (1, 0):
                object[key] = nil
            case (1, 1):
                object[key] = nil
                object[key + "s"] = value
            default:
                object[key] = Self.edited(value, at: path.dropFirst(), replacement, kind)
            }
            return .object(object)
        case (.array(var elements), .element(let index)):
            elements[index] = Self.edited(elements[index], at: path.dropFirst(), replacement, kind)
            if path.count == 1, kind < 2 { elements.append(elements[index]) }
            return .array(elements)
        default:
            return replacement
        }
    }

    @Test("no damage makes the program stop, and what is admitted is sound", arguments: [1, 2] as [UInt64])
    func services(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let sources = try [Fixture.everything, Fixture.sound, Fixture.plain.jsonText()].map { try JSONParser.parse($0) }
        var admitted = 0
        for round in 0..<150 {
            var json = sources[round % sources.count]
            for _ in 0...Int.random(in: 0..<2, using: &random) { json = Self.mutated(json, &random) }
            let problems = InferenceService.problems(of: json, replacing: sources[0])
            #expect(problems.allSatisfy { !$0.message.isEmpty })
            guard let service = try? InferenceService(json: json) else {
                #expect(InferenceService.defaulting(json) == json)
                continue
            }
            #expect(try InferenceService(json: service.json) == service, "seed \(seed), round \(round)")
            let defaulted = service.defaulted()
            #expect(defaulted.defaulted() == defaulted, "seed \(seed), round \(round)")
            _ = service.unsupportedFeatures()
            _ = try? RuntimeRequest(service)?.select(from: BundledRuntimes.all)
            for runtime in BundledRuntimes.all.prefix(2) { _ = try? runtime.merged(with: service) }
            _ = InferenceServiceStatus(json: service.status ?? .null).json
            guard problems.isEmpty else { continue }
            admitted += 1
            let scaling = try service.predictorScaling(defaults: ScalingDefaults()).scaling
            #expect(try ScalingSpec(json: scaling.json) == scaling, "seed \(seed), round \(round)")
        }
        #expect(admitted > 3, "too few services survive for the test to say much")
    }

    @Test("no damage to a ScaledObject or its authentication makes the program stop", arguments: [3, 4] as [UInt64])
    func scaledObjects(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let objects = try [
            ScaledObjectTests.everything, ScaledObjectTests.object(#"{TARGET,"triggers":[TRIGGER]}"#).jsonText(),
        ].map { try JSONParser.parse($0) }
        let authentication = try JSONParser.parse(TriggerAuthenticationTests.text)
        var admitted = 0
        for round in 0..<300 {
            var json = objects[round % 2]
            for _ in 0...Int.random(in: 0..<2, using: &random) { json = Self.mutated(json, &random) }
            #expect(ScaledObject.problems(of: json).allSatisfy { !$0.message.isEmpty })
            if let object = try? ScaledObject.admit(json) {
                admitted += 1
                #expect(try ScaledObject(json: object.json) == object, "seed \(seed), round \(round)")
                #expect(object.spec.minReplicas <= object.spec.maxReplicas)
            }
            let damaged = Self.mutated(authentication, &random)
            if let read = try? TriggerAuthentication(json: damaged) {
                #expect(try TriggerAuthentication(json: read.json) == read, "seed \(seed), round \(round)")
            }
        }
        #expect(admitted > 10, "too few objects survive for the test to say much: \(admitted)")
    }

    @Test("no damage to a runtime or a revision makes the program stop", arguments: [5, 6] as [UInt64])
    func others(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let sources = try [ServingRuntimeTests.text, RevisionTests.revisionText].map { try JSONParser.parse($0) }
        for round in 0..<150 {
            let json = Self.mutated(sources[round % sources.count], &random)
            _ = ServingRuntime.problems(of: json, replacing: sources[0], others: BundledRuntimes.all)
            if let runtime = try? ServingRuntime(json: json) {
                #expect(try ServingRuntime(json: runtime.json) == runtime, "seed \(seed), round \(round)")
            }
            if let revision = try? Revision(json: json) {
                #expect(try Revision(json: revision.json) == revision, "seed \(seed), round \(round)")
            }
        }
    }
}
