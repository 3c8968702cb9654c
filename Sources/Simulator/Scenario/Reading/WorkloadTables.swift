/// The fields of workloads.
enum WorkloadTables {
    static let workload = FieldTable(
        "workload",
        "Where requests come from: one kind. Several workloads of a service add up.",
        rule: .exactlyOne,
        Self.madeUp + [
            .optional("closed", .object(Self.closed), "Clients that wait for an answer, think, and ask again."),
            .optional("trace", .object(Self.trace), "Requests as they were recorded."),
        ]
    )

    /// The processes, one of which makes requests up.
    private static let madeUp: [FieldEntry] = [
        .optional("poisson", .object(Self.poisson), "Requests that know nothing of each other."),
        .optional("renewal", .object(Self.renewal), "Requests whose distances follow a law."),
        .optional("gamma", .object(Self.gamma), "Requests whose distances are more, or less, regular than chance."),
        .optional("mmpp", .object(Self.mmpp), "A Poisson process whose rate jumps between states."),
        .optional("hawkes", .object(Self.hawkes), "Requests that call forth further requests: contagious bursts."),
    ]
    static let standIn = FieldTable("standIn", "Made-up requests: one kind.", rule: .exactlyOne, Self.madeUp)

    static let gamma = FieldTable(
        "gammaArrivals",
        "Independent distances of a gamma law.",
        [
            .required("rate", .measure(.rate), "Requests a second, minute, hour or day on average."),
            .required(
                "scv",
                .number(0.001...10_000),
                "Squared coefficient of variation of the distances: below 1 regular, 1 a Poisson process, above in bursts."
            ),
        ] + Self.shape
    )
    static let mmpp = FieldTable(
        "mmpp",
        "A Markov-modulated Poisson process: its rate jumps from state to state.",
        [.required("states", .list(.object(Self.state)), "At least two.")] + Self.shape
    )
    static let state = FieldTable(
        "state",
        "One state of a Markov-modulated process.",
        [
            .required("rate", .measure(.rate), "Requests while it lasts."),
            .required("lasts", .measure(.duration), "How long on average."),
        ]
    )
    static let hawkes = FieldTable(
        "hawkes",
        "A Hawkes process.",
        [
            .required("rate", .measure(.rate), "Requests that come by themselves."),
            .required("branching", .number(0...0.99), "Further requests that each one calls forth on average."),
            .required("delay", .measure(.duration), "How much later they come, on average."),
        ] + Self.shape
    )

    /// How much of it, and the rhythm of days and weeks.
    private static let shape: [FieldEntry] = [
        .field("scale", .number(0.000_001...1_000_000), default: "1", "So many times as many requests."),
        .optional("daily", .object(Self.day), "A daily rhythm: the rate is that of the mean."),
        .optional("weekly", .object(Self.week), "A weekly rhythm with quiet weekends; instead of `daily`."),
    ]
    private static let rhythm: [FieldEntry] = [
        .field("peak", .measure(.duration), default: "14h", "The busiest time of the day, from midnight."),
        .field("ratio", .number(1...10_000), default: "5", "The busiest hour by the quietest."),
        .field("start", .measure(.duration), default: "0s", "The time of the day, or week, at which the run begins."),
    ]
    static let day = FieldTable(
        "day",
        "When most requests come, and how many more than at the quietest hour.",
        Self.rhythm
    )
    static let week = FieldTable(
        "week",
        "A week of such days, of which the last two are quieter.",
        Self.rhythm + [
            .field("weekend", .number(0...1000), default: "0.4", "The requests of Saturday and Sunday by a weekday's.")
        ]
    )

    static let poisson = FieldTable(
        "poisson",
        "A Poisson process.",
        [.required("rate", .measure(.rate), "Requests a second, minute, hour or day on average.")]
            + Self.shape
    )
    static let renewal = FieldTable(
        "renewal",
        "Independent distances of one law.",
        [.required("interarrival", .law(.duration), "The time from a request to the next one.")] + Self.shape
    )
    static let trace = FieldTable(
        "trace",
        "Requests as they were recorded: all of them, or those for one service of the trace.",
        [.optional("service", .text, "The service, function or model in the trace; all when left out.")] + Self.replay
            + [
                .optional(
                    "standIn",
                    .object(Self.standIn),
                    "Made-up requests in the trace's place where its file is not at hand; the report says so."
                )
            ]
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
