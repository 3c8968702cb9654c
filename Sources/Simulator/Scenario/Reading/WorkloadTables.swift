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
    static let closed = FieldTable(
        "closed",
        "A fixed number of clients, each with at most one request under way.",
        [
            .required("clients", .count(1...10_000_000), "How many."),
            .required("think", .law(.duration), "From an answer to the next request."),
        ]
    )
}
