/// Points spread evenly over a cube: each input takes each of its ranges' parts once.
public enum LatinHypercube {
    /// - Parameter uniform: Gives numbers from 0 up to 1, as many as are asked for.
    /// - Returns: `points` lists of `inputs` coordinates, 0 up to 1.
    public static func points(_ points: Int, inputs: Int, uniform: () -> Double) -> [[Double]] {
        precondition(points > 0 && inputs > 0, "no points or no inputs")
        var result = [[Double]](repeating: [Double](repeating: 0, count: inputs), count: points)
        for input in 0..<inputs {
            var order = Array(0..<points)
            for index in stride(from: points - 1, to: 0, by: -1) {
                order.swapAt(index, Int(uniform() * Double(index + 1)))
            }
            for point in 0..<points {
                result[point][input] = (Double(order[point]) + uniform()) / Double(points)
            }
        }
        return result
    }
}
