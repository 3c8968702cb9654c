/// The fields that say how a replica works.
enum ServingTables {
    static let serving = FieldTable(
        "serving",
        "How one replica works on the requests it holds.",
        rule: .exactlyOne,
        [
            .optional("slots", .object(Self.slots), "Each request has a slot of its own and its own time."),
            .optional("sharing", .object(Self.sharing), "All requests share the replica's processors."),
            .optional("batching", .object(Self.batching), "Requests are collected and answered together."),
            .optional("tokens", .object(Self.tokens), "A language model with continuous batching."),
        ]
    )

    static let slots = FieldTable(
        "slots",
        "Requests that do not disturb each other, so many at a time.",
        [
            .field("slots", .count(0...1_000_000), default: "0", "Requests worked on at once; 0 for no limit."),
            .required("time", .law(.duration), "Work of a request, where the trace does not say."),
            .optional("firstTime", .law(.duration), "Work of a replica's first request, where it is another."),
        ]
    )

    static let sharing = FieldTable(
        "sharing",
        "Processor sharing: so many requests run at full speed, more share it.",
        [
            .field("processors", .number(0.001...100_000), default: "1", "Requests that run at full speed."),
            .required("time", .law(.duration), "Work of a request at full speed, where the trace does not say."),
        ]
    )

    static let batching = FieldTable(
        "batching",
        "A batch begins when it is full, or when its first request has waited long enough.",
        [
            .field("maxBatch", .count(1...100_000), default: "8", "Requests in one batch at most."),
            .field(
                "maxDelay",
                .measure(.duration),
                default: "0s",
                "How long the first request of a batch waits for others."
            ),
            .field("lanes", .count(1...1000), default: "1", "Batches worked on at once."),
            .required(
                "latency",
                .list(.object(Self.point)),
                "The measured time of batches; straight lines between the points."
            ),
            .field("noise", .law(nil), default: "1", "What each time is multiplied by; its mean should be 1."),
        ]
    )

    static let point = FieldTable(
        "latencyPoint",
        "A batch size and how long it takes.",
        [
            .required("batch", .number(0...1_000_000), "Requests in the batch."),
            .required("time", .measure(.duration), "How long it takes."),
        ]
    )

    static let tokens = FieldTable(
        "tokens",
        """
        Continuous batching: an iteration gives every running sequence a token and takes `base`, and `perSequence` for \
        each sequence, `perCachedToken` for each token in the cache, `perPromptToken` for each prompt token it reads.
        """,
        [
            .required("base", .measure(.duration), "Of an iteration, whatever it does."),
            .field("perSequence", .measure(.duration), default: "0s", "For every running sequence."),
            .field("perCachedToken", .measure(.duration), default: "0s", "For every token in the key-value cache."),
            .required("perPromptToken", .measure(.duration), "For every prompt token that is read."),
            .field("maxSequences", .count(1...100_000), default: "256", "Sequences that run at once."),
            .field(
                "cacheTokens",
                .count(1...1_000_000_000),
                default: "1000000",
                "Tokens that the key-value cache holds."
            ),
            .field("promptChunk", .count(1...10_000_000), default: "2048", "Prompt tokens read in one iteration."),
            .field("promptTokens", .law(nil), default: "512", "Where the trace does not say."),
            .field("outputTokens", .law(nil), default: "128", "Where the trace does not say."),
            .field(
                "everyIteration",
                .flag,
                default: "false",
                "Simulate each iteration: slow, to check the fast way against."
            ),
        ]
    )
}
