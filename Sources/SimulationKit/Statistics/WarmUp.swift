/// Where the start of a run ends and its steady state begins.
public enum WarmUp {
    /// MSER-5: cuts off the front whose removal makes the mean of the rest surest.
    ///
    /// The series is taken in groups of five; the cut minimises the squared standard error of what remains.
    ///
    /// - Returns: How many values to drop, or `nil` when the best cut lies in the second half: the run was too short
    ///   to have a steady state.
    public static func truncation(of values: [Double], groupSize: Int = 5) -> Int? {
        precondition(groupSize > 0, "groups of no values")
        let groups = values.count / groupSize
        guard groups >= 2 else { return nil }
        let means = (0..<groups).map { group in
            values[group * groupSize..<(group + 1) * groupSize].reduce(0, +) / Double(groupSize)
        }
        var best = (cut: 0, error: Double.infinity)
        var rest = (count: 0.0, mean: 0.0, squares: 0.0)
        // From the back, so that each step adds one group to what remains.
        for cut in stride(from: groups - 1, through: 0, by: -1) {
            rest.count += 1
            let before = means[cut] - rest.mean
            rest.mean += before / rest.count
            rest.squares += before * (means[cut] - rest.mean)
            // What remains must be enough to have a spread: the last few groups always look calm.
            guard groups - cut >= max(5, groups / 20) || cut == 0 else { continue }
            let error = rest.squares / (rest.count * rest.count)
            if error <= best.error { best = (cut, error) }
        }
        return best.cut > groups / 2 ? nil : best.cut * groupSize
    }
}
