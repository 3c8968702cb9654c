public import SimulationKit

/// How one replica works on the requests it holds.
public enum ServingModel: Sendable, Hashable {
    /// Each request has a slot of its own and takes its own time; who finds no slot waits inside the replica.
    case slots(SlotServing)
    /// All requests share the replica's processors evenly.
    case sharing(SharedServing)
    /// Requests are collected and answered together.
    case batching(BatchServing)
    /// A language model that adds and removes sequences between its iterations.
    case tokens(TokenServing)
}

/// Requests that do not disturb each other, so many at a time.
public struct SlotServing: Sendable, Hashable {
    /// Requests worked on at once; 0: no limit.
    public var slots: Int
    /// Seconds of work, where the arrival does not say.
    public var time: Distribution
    /// Seconds of work of a replica's first request, where it is another law.
    public var firstTime: Distribution?

    public init(slots: Int = 0, time: Distribution, firstTime: Distribution? = nil) {
        self.slots = slots
        self.time = time
        self.firstTime = firstTime
    }
}

/// Processor sharing: up to `processors` requests run at full speed, more share it evenly.
public struct SharedServing: Sendable, Hashable {
    public var processors: Double
    /// Seconds of work at full speed, where the arrival does not say.
    public var time: Distribution

    public init(processors: Double, time: Distribution) {
        self.processors = processors
        self.time = time
    }
}

/// A batcher: a batch begins when it is full, or when its first request has waited long enough.
public struct BatchServing: Sendable, Hashable {
    public var maxBatch: Int
    public var maxDelaySeconds: Double
    /// Batches worked on at once.
    public var lanes: Int
    public var latency: LatencyCurve

    public init(maxBatch: Int, maxDelaySeconds: Double, lanes: Int = 1, latency: LatencyCurve) {
        self.maxBatch = maxBatch
        self.maxDelaySeconds = maxDelaySeconds
        self.lanes = lanes
        self.latency = latency
    }
}

/// Time as a function of size, as it was measured: linear between the points, and beyond them as between the last two.
public struct LatencyCurve: Sendable, Hashable {
    public struct Point: Sendable, Hashable {
        public var size: Double
        public var seconds: Double

        public init(size: Double, seconds: Double) {
            self.size = size
            self.seconds = seconds
        }
    }

    /// At least one, by ascending size.
    public var points: [Point]
    /// What every time is multiplied by; its mean should be 1.
    public var noise: Distribution

    public init(points: [Point], noise: Distribution = .constant(1)) {
        precondition(!points.isEmpty, "a latency curve needs a point")
        self.points = points.sorted { $0.size < $1.size }
        self.noise = noise
    }

    /// Seconds at `size`, without noise.
    public func seconds(at size: Double) -> Double {
        guard self.points.count > 1, size > self.points[0].size else { return self.points[0].seconds }
        var right = 1
        while right < self.points.count - 1, self.points[right].size < size { right += 1 }
        let (from, to) = (self.points[right - 1], self.points[right])
        return from.seconds + (to.seconds - from.seconds) * (size - from.size) / (to.size - from.size)
    }
}

/// Continuous batching of a language model on one replica.
///
/// An iteration gives every running sequence a token. It takes `baseSeconds`, and `perSequenceSeconds` for every running
/// sequence, and `perCachedTokenSeconds` for every token in the key-value cache, and `perPromptTokenSeconds` for every
/// token of a prompt that is read in it.
public struct TokenServing: Sendable, Hashable {
    public var baseSeconds: Double
    public var perSequenceSeconds: Double
    public var perCachedTokenSeconds: Double
    public var perPromptTokenSeconds: Double
    /// Sequences that run at once.
    public var maxSequences: Int
    /// Tokens that the key-value cache holds.
    public var cacheTokens: Int
    /// Tokens of prompts read in one iteration.
    public var promptChunkTokens: Int
    /// Tokens where the arrival does not say.
    public var promptTokens: Distribution
    public var outputTokens: Distribution
    /// One event an iteration instead of one a change: slow, to check the other way against.
    public var isEveryIterationSimulated: Bool

    public init(
        baseSeconds: Double,
        perSequenceSeconds: Double = 0,
        perCachedTokenSeconds: Double = 0,
        perPromptTokenSeconds: Double,
        maxSequences: Int = 256,
        cacheTokens: Int = 1_000_000,
        promptChunkTokens: Int = 2048,
        promptTokens: Distribution = .constant(512),
        outputTokens: Distribution = .constant(128),
        isEveryIterationSimulated: Bool = false
    ) {
        self.baseSeconds = baseSeconds
        self.perSequenceSeconds = perSequenceSeconds
        self.perCachedTokenSeconds = perCachedTokenSeconds
        self.perPromptTokenSeconds = perPromptTokenSeconds
        self.maxSequences = maxSequences
        self.cacheTokens = cacheTokens
        self.promptChunkTokens = promptChunkTokens
        self.promptTokens = promptTokens
        self.outputTokens = outputTokens
        self.isEveryIterationSimulated = isEveryIterationSimulated
    }
}
