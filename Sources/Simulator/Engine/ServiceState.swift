import RoutingCore
import SimulationKit
import Timekeeping

/// One service while it runs.
struct ServiceState {
    let index: Int
    let model: ServiceModel
    let serving: ServingModel
    /// Slots of a replica where requests have slots; 0: no limit, -1: requests share something else.
    let slots: Int
    let time: Distribution
    let firstTime: Distribution?
    let hasFirstTime: Bool
    let hasObjective: Bool
    let gateway: GatewayModel
    let waitTimeout: Int64
    let isQueue: Bool
    let minReplicas: Int
    let image: Int
    let weights: Int

    var dispatcher: RevisionDispatcher
    var wakes = WakeRule()
    /// By the index of their ticket.
    var waiters: ContiguousArray<UInt32> = []
    /// Who began to wait when, in that order; some are gone already.
    var deadlines = DeadlineRing()
    var isDeadlineSet = false
    var topic: TopicState?

    /// Replicas that exist, in the order in which they were ordered.
    var replicas: ContiguousArray<UInt32> = []
    /// By the index of their ID.
    var replicaOfID: ContiguousArray<UInt32> = []
    var ordered = 0
    var ready = 0
    var starting = 0
    var draining = 0
    /// Ready replicas without a request.
    var idle = 0

    /// Policy that governs it.
    var policy = 0
    var interests: PolicyInterests = []
    var desired = 0
    /// On its way to the replicas; -1: nothing is.
    var actuating = -1
    /// When the policy wants to be asked; `.max`: not before something happens.
    var tickWanted: Int64 = .max
    /// When the timer for that is due, perhaps too early; `.max`: none is set.
    var tickDue: Int64 = .max
    var tickEpoch: UInt16 = 0
    var isDeciding = false
    var mustDecideAgain = false
    var idleExpiry: Distribution?
    /// Whether it is in the list of services whose load is reported.
    var isReported = false
    var hadLoad = false
    var lastBusyAt: Int64 = -1
    var rest: ServiceRest
    /// Messages since the last poll of the lag.
    var polledArrivals = 0

    var workFactor = 1.0
    var startFactor = 1.0
    /// Faults that keep reports from arriving at the moment.
    var silencers = 0

    /// Requests in the house, and those of them that wait for a replica.
    var concurrency = 0
    var waiting = 0
    /// Since when they are so many.
    var changedAt: Int64 = 0
    var concurrencyArea: Int64 = 0
    var waitingArea: Int64 = 0

    var result: ServiceResult
    var startupStream: RandomStream
    var keepAliveStream: RandomStream
    var retryStream: RandomStream
    var batchStream: RandomStream
    var steps = StepCounts()
}

/// What has happened since the last step of the time line.
struct StepCounts {
    var arrivals: UInt32 = 0
    var served: UInt32 = 0
    var failed: UInt32 = 0
    var cold: UInt32 = 0
    var readyTime: Int64 = 0
    var startingTime: Int64 = 0
    var concurrencyTime: Int64 = 0
    var waitingTime: Int64 = 0
}

/// Waiting requests by deadline: a ring, because all wait equally long.
struct DeadlineRing {
    struct Entry {
        let request: UInt32
        let generation: UInt16
        let attempt: UInt16
        let ticket: Ticket
        let due: Int64
    }

    private var entries: ContiguousArray<Entry> = []
    private var head = 0

    var first: Entry? { self.head < self.entries.count ? self.entries[self.head] : nil }

    @inline(__always)
    mutating func append(_ entry: Entry) {
        // What was taken is dropped once it is most of the array; each entry is moved at most once for that.
        if self.head > 1024, self.head * 2 > self.entries.count {
            self.entries.removeFirst(self.head)
            self.head = 0
        }
        self.entries.append(entry)
    }

    mutating func removeFirst() {
        self.head += 1
        guard self.head == self.entries.count else { return }
        self.entries.removeAll(keepingCapacity: self.head <= 4096)
        self.head = 0
    }
}
