/// Of alternatives that cost something and are good at something, those that nothing else beats in both.
public enum ParetoFront {
    /// The positions of the points that no other point beats: less or equal in both, and less in one.
    public static func members(of points: [(x: Double, y: Double)]) -> [Int] {
        points.indices.filter { index in
            !points.contains { other in
                other.x <= points[index].x && other.y <= points[index].y
                    && (other.x < points[index].x || other.y < points[index].y)
            }
        }
    }

    /// The position of the knee: the point of the front that lies farthest below the line between its ends.
    ///
    /// - Parameter front: Positions on the front.
    /// - Returns: `nil` for a front of fewer than three points, which has no bend.
    public static func knee(of points: [(x: Double, y: Double)], front: [Int]) -> Int? {
        let ordered = front.sorted { points[$0].x < points[$1].x }
        guard ordered.count >= 3, let first = ordered.first, let last = ordered.last else { return nil }
        let width = points[last].x - points[first].x
        let height = points[first].y - points[last].y
        guard width > 0, height > 0 else { return nil }
        let depth = { (index: Int) -> Double in
            let x = (points[index].x - points[first].x) / width
            let y = (points[index].y - points[last].y) / height
            return 1 - x - y
        }
        let best = ordered.dropFirst().dropLast().max { depth($0) < depth($1) }
        return best.flatMap { depth($0) > 0 ? $0 : nil }
    }
}
