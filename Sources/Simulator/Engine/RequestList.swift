/// A first-in, first-out list of requests, linked through the requests themselves.
struct RequestList {
    private(set) var first = RequestArena.none
    private var last = RequestArena.none
    private(set) var count = 0

    var isEmpty: Bool { self.count == 0 }

    mutating func append(_ request: UInt32, in arena: inout RequestArena) {
        arena[request].next = RequestArena.none
        if self.last == RequestArena.none { self.first = request } else { arena[self.last].next = request }
        self.last = request
        self.count += 1
    }

    mutating func prepend(_ request: UInt32, in arena: inout RequestArena) {
        arena[request].next = self.first
        if self.last == RequestArena.none { self.last = request }
        self.first = request
        self.count += 1
    }

    mutating func popFirst(in arena: inout RequestArena) -> UInt32? {
        guard self.count > 0 else { return nil }
        let request = self.first
        self.first = arena[request].next
        if self.first == RequestArena.none { self.last = RequestArena.none }
        self.count -= 1
        return request
    }
}
