/// The fields of workloads.
enum WorkloadTables {
    static let workload = FieldTable(
        "workload",
        "Where requests come from: one kind. Several workloads of a service add up.",
        rule: .exactlyOne,
        [
            .optional("poisson", .object(Self.poisson), "Requests that know nothing of each other."),
            .optional("renewal", .object(Self.renewal), "Requests whose distances follow a law."),
            .optional("closed", .object(Self.closed), "Clients that wait for an answer, think, and ask again."),
            .optional("trace", .object(Self.trace), "Requests as they were recorded."),
        ]
    )

    static let poisson = FieldTable(
        "poisson",
        "A Poisson process.",
        [.required("rate", .measure(.rate), "Requests a second, minute, hour or day on average.")]
    )
    static let renewal = FieldTable(
        "renewal",
        "Independent distances of one law.",
        [.required("interarrival", .law(.duration), "The time from a request to the next one.")]
    )
    static let trace = FieldTable(
        "trace",
        "Requests as they were recorded: all of them, or those for one service of the trace.",
        [.optional("service", .text, "The service, function or model in the trace; all when left out.")] + Self.replay
    )
    static let functions = FieldTable(
        "functionsOf",
        "The functions of a trace, each of which becomes a service.",
        [.field("limit", .count(1...1_000_000), default: "1000000", "So many of them, from the first.")] + Self.replay
    )

    /// Which file, and how it is played.
    private static let replay: [FieldEntry] = [
        .required("path", .text, "The file, from the folder of the scenario."),
        .optional("format", .choice(Self.formats), "Its format, where its beginning does not say."),
        .field("rate", .number(0...1_000_000), default: "1", "So many times as many requests."),
        .field("speed", .number(0.000_001...1_000_000), default: "1", "So many times as fast."),
        .field(
            "placement",
            .choice(Self.placements),
            default: "exponential",
            "Where calls fall that were only counted."
        ),
        .field("durations", .flag, default: "true", "The trace's durations are the work, where it has them."),
    ]
    private static let formats = TraceFormat.allCases.filter { $0 != .synthetic }.map(\.rawValue)
    private static let placements = TraceReplay.Placement.allCases.map(\.rawValue)

    static let closed = FieldTable(
        "closed",
        "A fixed number of clients, each with at most one request under way.",
        [
            .required("clients", .count(1...10_000_000), "How many."),
            .required("think", .law(.duration), "From an answer to the next request."),
        ]
    )
}
