import SimulationKit

/// Where variants stand in the plane of cost and 99th percentile.
struct Standing {
    let cost: Figure
    /// Positions that nothing beats in both.
    let front: Set<Int>
    /// Where more money begins to buy little; `nil` without a bend.
    let knee: Int?

    init(_ variants: [VariantOutcome], cost: Figure) {
        self.cost = cost
        let placed = variants.indices.compactMap { index -> (index: Int, x: Double, y: Double)? in
            guard let x = variants[index].estimate(cost).value, let y = variants[index].estimate(.latencyP99).value
            else { return nil }
            return (index, x, y)
        }
        let points = placed.map { (x: $0.x, y: $0.y) }
        let members = ParetoFront.members(of: points)
        self.front = Set(members.map { placed[$0].index })
        self.knee = ParetoFront.knee(of: points, front: members).map { placed[$0].index }
    }
}
