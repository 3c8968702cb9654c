import RoutingCore
import ScalingCore

/// The fields of a service.
enum ServiceTables {
    static let service = FieldTable(
        "service",
        "One served model.",
        [
            .required("name", .text, "Its name."),
            .field(
                "count",
                .count(1...100_000),
                default: "1",
                "So many services of this kind, each with its own luck: `name-1`, `name-2`."
            ),
            .optional("workload", .list(.object(WorkloadTables.workload)), "Who calls it."),
            .optional("functionsOf", .object(WorkloadTables.functions), "Instead of `workload`: one service for each."),
            .optional("gateway", .object(Self.gateway), "The activator in front of it; for requests."),
            .optional("queue", .object(Self.queue), "The queue that it consumes; instead of `gateway`."),
            .required("serving", .object(ServingTables.serving), "How a replica works."),
            .optional("startup", .object(Self.startup), "How long a replica takes to come up."),
            .optional("scaling", .object(Self.scaling), "Bounds, targets and windows."),
            .optional("policy", .object(Self.policy), "Who decides; `pilotlight` when left out."),
            .optional("resources", .object(ClusterTables.resources), "What a replica occupies on a node."),
            .field(
                "initialReplicas",
                .count(0...100_000),
                default: "0",
                "Replicas that are ready when the run begins."
            ),
            .field(
                "drain",
                .measure(.duration),
                default: "300s",
                "How long a replica that is to go may finish what it has."
            ),
            .optional("objective", .object(Self.objective), "What its users were promised."),
            .field("price", .measure(.price), default: "0USD/h", "Of one replica, where there are no nodes to pay."),
        ]
    )

    static let gateway = FieldTable(
        "gateway",
        "The activator in front of a service, and its clients.",
        [
            .field(
                "containerConcurrency",
                .count(0...100_000),
                default: "0",
                "Requests that one replica may hold at once; 0 for no limit."
            ),
            .field("queueCapacity", .count(0...100_000_000), default: "10000", "Requests that may wait."),
            .field("waitTimeout", .measure(.duration), default: "600s", "How long a request may wait for a replica."),
            .field(
                "choice",
                .choice(ReplicaChoice.allCases.map(\.rawValue)),
                default: "leastLoaded",
                "Which replica gets a request."
            ),
            .field(
                "readinessDelay",
                .law(.duration),
                default: "0s",
                "From the moment a replica can serve until the activator knows."
            ),
            .optional("retry", .object(Self.retry), "What clients do after an error; without it they give up."),
        ]
    )

    static let retry = FieldTable(
        "retry",
        "A client that tries again, later each time.",
        [
            .field("attempts", .count(1...1000), default: "3", "Tries in all, the first one included."),
            .field("firstPause", .measure(.duration), default: "1s", "Before the second try."),
            .field("factor", .number(1...1000), default: "2", "Each pause is so many times as long as the last."),
            .field("longestPause", .measure(.duration), default: "30s", "No pause is longer."),
            .field("jitter", .measure(.share), default: "50%", "The share of a pause that is random."),
        ]
    )

    static let queue = FieldTable(
        "queue",
        "A topic, or a queue, whose messages the replicas fetch themselves.",
        [
            .field(
                "partitions",
                .count(0...100_000),
                default: "0",
                "At most one consumer reads a partition; 0 for a queue that all share."
            ),
            .field("maxBatch", .count(1...100_000), default: "1", "Messages that a consumer takes at once."),
            .field(
                "rebalance",
                .law(.duration),
                default: "0s",
                "How long everyone pauses when a consumer comes or goes."
            ),
            .field("poll", .measure(.duration), default: "30s", "How often the autoscaler asks for the lag."),
            .field("targetLag", .number(0.01...1e9), default: "5", "The lag that one replica should have."),
        ]
    )

    static let startup = FieldTable(
        "startup",
        "The way of a replica from being ordered to being ready: scheduling, a node, the image, the weights, warm-up.",
        [
            .field("scheduling", .law(.duration), default: "0s", "From the order until a place is looked for."),
            .optional("image", .object(Self.artifact), "What must be on the node before the replica can run."),
            .optional("weights", .object(Self.artifact), "What the replica loads."),
            .field(
                "warmUp",
                .law(.duration),
                default: "0s",
                "Process, device, first run: what happens on every start."
            ),
            .field("failureShare", .measure(.share), default: "0%", "Starts that fail when warm-up ends."),
            .field(
                "restartPause",
                .measure(.duration),
                default: "10s",
                "Before a failed start is tried again; doubles each time."
            ),
        ]
    )

    static let artifact = FieldTable(
        "artifact",
        "An image or the weights of a model, which nodes keep once they have it.",
        [
            .optional(
                "name",
                .text,
                "Replicas that name the same artifact share a node's copy; by default the service's own."
            ),
            .field("size", .measure(.bytes), default: "0B", "What travels to the node, over links that it shares."),
            .field("time", .law(.duration), default: "0s", "Fetching it, beyond what the links take."),
            .field("cachedTime", .law(.duration), default: "0s", "Reading it when the node has it."),
        ]
    )

    static let scaling = FieldTable(
        "scaling",
        "Bounds, targets and windows, with Knative's meaning and defaults.",
        [
            .field(
                "metric",
                .choice(ScalingMetric.allCases.map(\.rawValue)),
                default: "concurrency",
                "What is measured: requests at once, or requests a second."
            ),
            .optional(
                "total",
                .number(0.01...1e9),
                "What one replica can take; by default `containerConcurrency`, else 100 at once or 200 a second."
            ),
            .field("utilization", .measure(.share), default: "70%", "The share of `total` that is aimed at."),
            .optional(
                "target",
                .number(0.01...1e9),
                "The load aimed at per replica, instead of `total` times `utilization`."
            ),
            .field("minScale", .count(0...100_000), default: "0", "Replicas at least."),
            .field("maxScale", .count(0...100_000), default: "0", "Replicas at most; 0 for no limit."),
            .field("activationScale", .count(1...100_000), default: "1", "The lowest scale other than zero."),
            .field("stableWindow", .measure(.duration), default: "60s", "The long window, in whole seconds."),
            .optional(
                "panicWindow",
                .measure(.duration),
                "The short window, in whole seconds; a tenth of the long one by default."
            ),
            .field(
                "panicThreshold",
                .number(1.1...1000),
                default: "2",
                "Panic begins when so many times the ready replicas are needed."
            ),
            .field(
                "targetBurstCapacity",
                .number(-1...1e9),
                default: "211",
                "Burst to absorb without queueing; -1: the activator stays in the path."
            ),
            .field(
                "maxScaleUpRate",
                .number(1.01...1e9),
                default: "1000",
                "Replicas may become so many times as many in one look."
            ),
            .field(
                "maxScaleDownRate",
                .number(1.01...1e9),
                default: "2",
                "Replicas may become so many times fewer in one look."
            ),
            .field("scaleDownDelay", .measure(.duration), default: "0s", "A lower scale must be right for so long."),
            .field(
                "scaleToZeroGrace",
                .measure(.duration),
                default: "30s",
                "Knative's grace before the last replica goes."
            ),
            .field(
                "scaleToZeroRetention",
                .measure(.duration),
                default: "0s",
                "How long the last replica stays beyond the stable window."
            ),
            .field(
                "aggregation",
                .choice(WindowAggregation.allCases.map(\.rawValue)),
                default: "linear",
                "How a window weighs what is older."
            ),
        ]
    )

    static let policy = FieldTable(
        "policy",
        "Who decides how many replicas there are.",
        [
            .required("name", .text, "`pilotlight`, `knative`, or another that `simulate schema --policies` lists."),
            .optional(
                "parameters",
                .map(.anything),
                "What the policy can be told: durations with units, numbers, names."
            ),
            .optional("group", .text, "Services of one group share one policy, which sees them all."),
        ]
    )

    static let objective = FieldTable(
        "objective",
        "What users were promised: a request counts as good when it keeps all of it.",
        [
            .optional("total", .measure(.duration), "From the arrival to the complete answer."),
            .optional("timeToFirstToken", .measure(.duration), "From the arrival to the first token."),
            .optional("interToken", .measure(.duration), "Between tokens, on average of a request."),
            .field("attainment", .measure(.share), default: "99%", "The share of requests that must be good."),
        ]
    )
}
