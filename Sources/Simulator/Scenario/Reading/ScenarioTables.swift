/// The fields of a scenario file, whole.
enum ScenarioTables {
    static let scenario = FieldTable(
        "Pilotlight scenario",
        "A question to the simulator: who calls which services, how they run and scale, and what is to be found out.",
        [
            .required("version", .count(1...1), "The version of this format: 1."),
            .required("name", .text, "A short name, as in file names."),
            .optional("question", .text, "What the scenario is to answer, for the report."),
            .field(
                "seed",
                .count(0...Int.max),
                default: "1",
                "Where random numbers begin: the same seed, the same result."
            ),
            .required("horizon", .measure(.duration), "How long one run lasts."),
            .field(
                "warmUp",
                .measureOr(["auto"], .duration),
                default: "0s",
                "What of the run's beginning does not count; `auto` finds out by a pilot run."
            ),
            .optional("replications", .object(Self.replications), "How often the run is repeated with other luck."),
            .required("services", .list(.object(ServiceTables.service)), "The served models."),
            .optional(
                "cluster",
                .object(ClusterTables.cluster),
                "The machines; without it there is room for everything."
            ),
            .optional("faults", .list(.object(ClusterTables.fault)), "What goes wrong, and when."),
            .optional("metrics", .object(ClusterTables.metrics), "How measurements reach the autoscaler."),
            .optional("recording", .object(Self.recording), "What is written down beside the totals."),
            .field(
                "baseline",
                .text,
                default: "as it stands",
                "What the scenario as it stands is called beside its alternatives."
            ),
            .optional(
                "alternatives",
                .list(.object(Self.alternative)),
                "What `compare` sets beside the scenario as it stands."
            ),
            .optional("sweep", .map(.list(.anything)), "What `sweep` varies: for each field its values."),
            .optional("optimize", .object(Self.optimize), "What `optimize` looks for."),
            .optional("sensitivity", .object(Self.sensitivity), "What `sensitivity` varies and watches."),
        ]
    )

    static let replications = FieldTable(
        "replications",
        "How often the run is repeated. It stops when the figure is as sure as wanted.",
        [
            .field(
                "min",
                .count(1...100_000),
                default: "5",
                "Repetitions in any case; fewer than two have no interval."
            ),
            .field("max", .count(1...100_000), default: "20", "Repetitions at most."),
            .optional(
                "relativeHalfWidth",
                .measure(.share),
                "Half of the interval by the value, where it stops; without it, at `min`."
            ),
            .field("figure", .choice(Figure.names), default: "latencyMean", "The figure that must be sure."),
        ]
    )

    static let recording = FieldTable(
        "recording",
        "What is written down beside the totals.",
        [
            .optional(
                "step",
                .measure(.duration),
                "Width of a step of the time lines; by default 1/240 of the horizon."
            ),
            .field(
                "serviceTimelines",
                .flag,
                default: "true",
                "Time lines of every service, not only of all together."
            ),
            .field(
                "decisions",
                .flag,
                default: "false",
                "Every decision with its reason; `simulate explain` needs it and sets it."
            ),
        ]
    )

    static let alternative = FieldTable(
        "alternative",
        "The scenario with some fields changed.",
        [
            .required("name", .text, "What it is called in the report."),
            .required("set", .map(.anything), "Fields by their path, `services.chat.policy.name`, and their values."),
        ]
    )

    static let optimize = FieldTable(
        "optimize",
        "What `optimize` looks for: the least of a figure, subject to limits, over values of fields.",
        [
            .field("minimize", .choice(Figure.names), default: "cost", "The figure to make small."),
            .required("subjectTo", .list(.object(Self.limit)), "What must hold."),
            .optional("over", .map(.list(.anything)), "For each field the values to try; all combinations compete."),
            .optional(
                "capacity",
                .object(Self.capacity),
                "One number to find by halving: the smallest that satisfies."
            ),
        ]
    )

    static let sensitivity = FieldTable(
        "sensitivity",
        "Inputs that are not sure, each with the values it may have, and the figures that may hang on them.",
        [
            .optional("figures", .list(.choice(Figure.names)), "What is watched; by default `cost` and `latencyP99`."),
            .required("inputs", .map(.list(.anything)), "For each field its values, from one end to the other."),
            .field(
                "trajectories",
                .count(0...1000),
                default: "0",
                "Random ways through all inputs together, for Morris's screening: 4 to 10; 0 for none."
            ),
        ]
    )

    static let limit = FieldTable(
        "limit",
        "What must hold of a figure.",
        [
            .required("figure", .choice(Figure.names), "The figure."),
            .optional("service", .text, "Of which service; of all together when left out."),
            .optional("atMost", .anything, "It may be no larger, in the unit of the figure."),
            .optional("atLeast", .anything, "It may be no smaller, in the unit of the figure."),
        ]
    )

    static let capacity = FieldTable(
        "capacity",
        "A whole number for which more is never worse.",
        [
            .required(
                "field",
                .text,
                "Its path, as `cluster.pools.gpu.maxNodes`; several separated by commas get the same."
            ),
            .required("from", .count(0...1_000_000), "The least that is tried."),
            .required("to", .count(0...1_000_000), "The most that is tried."),
        ]
    )
}
