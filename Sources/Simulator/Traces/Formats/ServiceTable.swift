/// Numbers services in the order in which they are first named.
struct ServiceTable {
    private(set) var services: [TraceService] = []
    private var indices: [String: Int32] = [:]

    mutating func index(of name: String) -> Int32 {
        if let index = self.indices[name] { return index }
        let index = Int32(self.services.count)
        self.indices[name] = index
        self.services.append(TraceService(name: name))
        return index
    }
}

/// What a reader of single requests found, with times as the file has them.
struct RequestCollection {
    var services: [TraceService]
    var requests: [TraceRequest]
    var problems: TraceProblems
    /// Whether times count from 1970; otherwise from a beginning that nobody knows.
    var isUnixTime = false
}
