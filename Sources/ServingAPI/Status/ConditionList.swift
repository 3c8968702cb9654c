/// The conditions of an object, one of a kind, in the order of their names.
public struct ConditionList: Sendable, Equatable {
    public private(set) var conditions: [Condition]

    public init(_ conditions: [Condition] = []) {
        self.conditions = []
        for condition in conditions { self.put(condition) }
    }

    public subscript(kind: Condition.Kind) -> Condition? { self.conditions.first { $0.kind == kind } }

    public func isTrue(_ kind: Condition.Kind) -> Bool { self[kind]?.status == .yes }

    /// Sets a condition; the time of its last transition stays when its status does.
    ///
    /// - Parameter now: RFC 3339.
    public mutating func set(_ condition: Condition, now: String) {
        var condition = condition
        let before = self[condition.kind]
        let isSame = before?.status == condition.status && before?.lastTransitionTime.isEmpty == false
        condition.lastTransitionTime = isSame ? before?.lastTransitionTime ?? now : now
        self.put(condition)
    }

    public mutating func remove(_ kind: Condition.Kind) { self.conditions.removeAll { $0.kind == kind } }

    /// Sets `Ready` to what its parts make of it: false when one is false, unknown when one is unknown or missing, with
    /// the reason and the message of that one.
    public mutating func updateReady(now: String) {
        let parts = Condition.Kind.partsOfReady.map { self[$0] ?? Condition($0, .unknown, reason: "NotReconciledYet") }
        let culprit = parts.first { $0.status == .no } ?? parts.first { $0.status == .unknown }
        let ready = Condition(
            .ready,
            culprit?.status ?? .yes,
            reason: culprit?.reason,
            message: culprit?.message
        )
        self.set(ready, now: now)
    }

    private mutating func put(_ condition: Condition) {
        self.remove(condition.kind)
        let name = condition.kind.rawValue
        let place = self.conditions.firstIndex { $0.kind.rawValue > name } ?? self.conditions.count
        self.conditions.insert(condition, at: place)
    }
}
