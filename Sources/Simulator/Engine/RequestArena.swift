/// A request from its first arrival until its client has an answer or gives up.
struct Request {
    /// When the client first asked.
    var firstArrival: Int64 = 0
    /// When a replica began to work on it; -1: not yet.
    var started: Int64 = -1
    /// When the first token was there; -1: none yet.
    var firstToken: Int64 = -1
    /// Nanoseconds of work.
    var work: Int64 = 0
    /// Counts the requests of its source, and keys its random numbers.
    var ordinal: UInt64 = 0
    var service: UInt32 = 0
    var source: UInt32 = 0
    /// Position of the replica that holds it.
    var replica = RequestArena.none
    /// The next one in whatever list it stands in.
    var next = RequestArena.none
    var promptTokens: UInt32 = 0
    var outputTokens: UInt32 = 0
    /// Tells a request from earlier ones in the same place.
    var generation: UInt16 = 0
    /// Tries so far.
    var attempts: UInt16 = 0
    var flags: Flags = []

    struct Flags: OptionSet {
        let rawValue: UInt8

        /// Came when no replica was ready.
        static let foundNone = Flags(rawValue: 1)
        static let waited = Flags(rawValue: 2)
        static let cold = Flags(rawValue: 4)
        static let isWaiting = Flags(rawValue: 8)
        /// The arrival said how long the work takes.
        static let hasOwnWork = Flags(rawValue: 16)
        /// Came before the results began to count.
        static let isUncounted = Flags(rawValue: 32)
    }
}

/// All requests that are under way, in places that are used again.
struct RequestArena {
    static let none = UInt32.max

    private(set) var slots: ContiguousArray<Request> = []
    private var free: ContiguousArray<UInt32> = []

    var live: Int { self.slots.count - self.free.count }

    @inline(__always)
    subscript(position: UInt32) -> Request {
        get { self.slots[Int(position)] }
        _modify { yield &self.slots[Int(position)] }
    }

    @inline(__always)
    mutating func add() -> UInt32 {
        if let position = self.free.popLast() { return position }
        self.slots.append(Request())
        return UInt32(self.slots.count - 1)
    }

    @inline(__always)
    mutating func remove(_ position: UInt32) {
        let generation = self.slots[Int(position)].generation &+ 1
        self.slots[Int(position)] = Request()
        self.slots[Int(position)].generation = generation
        self.free.append(position)
    }
}
