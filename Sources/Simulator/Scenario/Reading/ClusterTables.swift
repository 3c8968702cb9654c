/// The fields of machines, faults and measurements.
enum ClusterTables {
    static let cluster = FieldTable(
        "cluster",
        "The machines that replicas run on.",
        [
            .required("pools", .list(.object(Self.pool)), "Nodes by kind."),
            .optional("registry", .measure(.bandwidth), "What images and weights come with, for all nodes together."),
            .optional("gpuQuotas", .map(.count(0...1_000_000)), "GPUs of a type that may be in use at once."),
            .field(
                "placement",
                .choice(ClusterModel.Placement.allCases.map(\.rawValue)),
                default: "bestFit",
                "Which node with room gets a replica."
            ),
        ]
    )

    static let pool = FieldTable(
        "pool",
        "Nodes of one kind, as many as are needed within bounds.",
        [
            .required("name", .text, "Its name."),
            .required("node", .object(Self.resources), "What one node has."),
            .field("minNodes", .count(0...100_000), default: "0", "Nodes at least."),
            .field("maxNodes", .count(0...100_000), default: "100", "Nodes at most."),
            .field("price", .measure(.price), default: "0USD/h", "Of one node, from its order to its end."),
            .field("provisioning", .law(.duration), default: "0s", "From the order of a node until it takes replicas."),
            .field("idle", .measure(.duration), default: "600s", "An empty node above the minimum goes after so long."),
            .optional(
                "bandwidth",
                .measure(.bandwidth),
                "What travels to one node; without it only the registry limits."
            ),
            .optional(
                "cache",
                .measure(.bytes),
                "What images and weights may occupy on a node; without it everything is kept."
            ),
            .optional("spot", .object(Self.spot), "Nodes that the provider takes back."),
        ]
    )

    static let spot = FieldTable(
        "spot",
        "Nodes that the provider takes back.",
        [
            .required("lifetime", .law(.duration), "How long a node lives."),
            .field("notice", .measure(.duration), default: "120s", "How long before the end its replicas are told."),
        ]
    )

    static let resources = FieldTable(
        "resources",
        "What a replica occupies, or a node has.",
        [
            .field("cpu", .number(0...1_000_000), default: "0", "Cores."),
            .field("memory", .measure(.bytes), default: "0B", "Memory."),
            .field("gpus", .count(0...1_000_000), default: "0", "GPUs."),
            .optional("gpuType", .text, "The type of the GPUs, as `H100`."),
        ]
    )

    static let metrics = FieldTable(
        "metrics",
        "How measurements reach whoever decides, and how often that one looks.",
        [
            .field("report", .measure(.duration), default: "1s", "How often an activator reports."),
            .field(
                "lag",
                .measure(.duration),
                default: "0s",
                "From the end of an interval until its report can be read."
            ),
            .field("tick", .measure(.duration), default: "2s", "How often a service that is awake is looked at."),
            .field("actuation", .measure(.duration), default: "0s", "From a decision until the replicas are told."),
            .field(
                "wake",
                .measure(.duration),
                default: "0s",
                "From the first waiting request until the autoscaler hears of it."
            ),
            .field("activators", .count(1...10_000), default: "1", "Activators, each of which sees its share."),
        ]
    )

    static let fault = FieldTable(
        "fault",
        "Something that goes wrong on purpose: when, and one thing.",
        [
            .optional("at", .measure(.duration), "Once, so long after the beginning."),
            .optional("every", .law(.duration), "Again and again, with this law between two."),
            .optional("nodeLost", .object(Self.nodeLost), "A node dies with all its replicas."),
            .optional("replicasLost", .object(Self.replicasLost), "Replicas die at once."),
            .optional("slowStarts", .object(Self.slow), "Starts take longer for a while."),
            .optional("slowService", .object(Self.slow), "Requests take longer for a while."),
            .optional("metricsLost", .object(Self.outage), "Reports do not arrive for a while."),
            .optional(
                "autoscalerDown",
                .object(Self.outage),
                "Nobody decides for a while, and what was learned is forgotten."
            ),
        ]
    )

    static let nodeLost = FieldTable(
        "nodeLost",
        "A node dies with all its replicas.",
        [.optional("pool", .text, "Of which pool; of any when left out.")]
    )
    static let replicasLost = FieldTable(
        "replicasLost",
        "Replicas die at once.",
        [
            .required("service", .text, "Of which service."),
            .field("count", .count(1...1_000_000), default: "1", "How many."),
        ]
    )
    static let slow = FieldTable(
        "slow",
        "Something takes longer for a while.",
        [
            .optional("service", .text, "Of which service; of all when left out."),
            .required("factor", .number(0.001...1_000_000), "So many times as long."),
            .required("for", .measure(.duration), "For so long."),
        ]
    )
    static let outage = FieldTable(
        "outage",
        "Something is away for a while.",
        [
            .optional("service", .text, "Of which service; of all when left out."),
            .required("for", .measure(.duration), "For so long."),
        ]
    )
}
