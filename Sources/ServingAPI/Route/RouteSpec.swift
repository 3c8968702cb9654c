public import StructuredData

/// The ways in, and the revisions that share what comes through them.
public struct RouteSpec: Sendable, Equatable {
    /// A part of the traffic and the revision that gets it.
    public struct Traffic: Sendable, Equatable {
        /// Name of a revision in the namespace of the route.
        public var revision: String
        /// 0 to 100.
        public var percent: Int
        /// A name by which this revision can be asked for whatever its percentage, or `nil`.
        public var tag: String?

        public init(revision: String, percent: Int, tag: String? = nil) {
            self.revision = revision
            self.percent = percent
            self.tag = tag
        }
    }

    public var inferenceService: String
    /// Host names without port, in lower case.
    public var hosts: [String]
    /// Path prefixes that lead here whatever the host; the prefix is stripped when forwarding.
    public var pathPrefixes: [String]
    /// Percentages add up to 100; empty while the service is stopped.
    public var traffic: [Traffic]

    public init(inferenceService: String, hosts: [String], pathPrefixes: [String], traffic: [Traffic]) {
        self.inferenceService = inferenceService
        self.hosts = hosts
        self.pathPrefixes = pathPrefixes
        self.traffic = traffic
    }

    init(reading reader: FieldReader) {
        self.inferenceService = reader.requiredString("inferenceService")
        self.hosts = reader.strings("hosts").map { $0.lowercased() }
        self.pathPrefixes = reader.children("paths").map { $0.requiredString("prefix") }
        self.traffic = reader.children("traffic").map { part in
            Traffic(
                revision: part.requiredString("revision"),
                percent: part.requiredInt("percent", in: 0...100),
                tag: part.string("tag")
            )
        }
        let sum = self.traffic.reduce(0) { $0 + $1.percent }
        if !self.traffic.isEmpty, sum != 100 {
            reader.report("percentages add up to \(sum), but must add up to 100", at: "traffic")
        }
    }

    public var json: JSONValue {
        [
            "inferenceService": .string(self.inferenceService),
            "hosts": .strings(self.hosts),
            "paths": .array(self.pathPrefixes.map { ["prefix": .string($0)] }),
            "traffic": .array(
                self.traffic.map { part in
                    .object(ofPresent: [
                        ("revision", .string(part.revision)), ("percent", JSONValue(part.percent)),
                        ("tag", part.tag.map { .string($0) }),
                    ])
                }
            ),
        ]
    }
}
