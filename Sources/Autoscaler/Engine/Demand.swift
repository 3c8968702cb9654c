/// How many replicas one side asks for.
enum Demand: Sendable, Equatable {
    case replicas(Int)
    /// Something that matters is not known: what, as a clause of a sentence.
    case unknown(TargetState.Hold, String)

    /// What both sides together ask for: the larger wish; and never fewer than there are while one of them is unknown.
    ///
    /// - Parameters:
    ///   - requests: `nil` when the target serves no requests.
    ///   - events: `nil` when no event source drives the target.
    ///   - effective: The replica count in force.
    static func merged(
        requests: Demand?,
        events: Demand?,
        effective: Int
    ) -> (demand: Demand, driver: TargetState.Driver) {
        guard let events else { return (requests ?? .unknown(.undecided, ""), .requests) }
        guard let requests else { return (events, .events) }
        switch (requests, events) {
        case (.replicas(let left), .replicas(let right)):
            // A tie is told in the words of the side that has something to do; at zero that is nobody.
            return left > right ? (requests, .requests) : (events, .events)
        case (.replicas(let known), .unknown):
            return known > effective ? (requests, .requests) : (events, .events)
        case (.unknown, .replicas(let known)):
            return known > effective ? (events, .events) : (requests, .requests)
        case (.unknown, .unknown):
            return (events, .events)
        }
    }
}
