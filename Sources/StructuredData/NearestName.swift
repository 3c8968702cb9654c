/// The name that was probably meant: what a message suggests when a name is not known.
public enum NearestName {
    /// The candidate that needs the fewest edits (insert, delete, replace, swap neighbours; letter case counts as half)
    /// to become `name`, or `nil` when none is near enough to be a likely slip.
    ///
    /// - Complexity: O(*n* · *m*) a candidate, lengths above 64 are not looked at.
    public static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.unicodeScalars)
        guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
        var best: (candidate: String, cost: Int)?
        for candidate in candidates where candidate != name {
            let letters = Array(candidate.unicodeScalars)
            // Costs are in half edits: a third of the longer name may be wrong, a single edit always may.
            let limit = max(2, 2 * max(wanted.count, letters.count) / 3)
            guard letters.count <= 64, abs(letters.count - wanted.count) * 2 <= limit else { continue }
            let isSameButForCase = candidate.lowercased() == name.lowercased()
            let cost = isSameButForCase ? 1 : Self.halfEdits(wanted, letters)
            guard cost <= limit, cost < 2 * max(wanted.count, letters.count) else { continue }
            if let best, (best.cost, best.candidate) <= (cost, candidate) { continue }
            best = (candidate, cost)
        }
        return best?.candidate
    }

    /// `, did you mean 'x'?`, or nothing.
    public static func hint(for name: String, among candidates: some Sequence<String>) -> String {
        Self.of(name, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
    }

    /// Optimal string alignment with three rows.
    private static func halfEdits(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = (0...right.count).map { 2 * $0 }
        var row = last
        for (leftIndex, leftLetter) in left.enumerated() {
            row[0] = 2 * (leftIndex + 1)
            for (rightIndex, rightLetter) in right.enumerated() {
                let replaced = last[rightIndex] + Self.cost(leftLetter, rightLetter)
                var cost = min(replaced, last[rightIndex + 1] + 2, row[rightIndex] + 2)
                if leftIndex > 0, rightIndex > 0, leftLetter == right[rightIndex - 1],
                    left[leftIndex - 1] == rightLetter
                {
                    cost = min(cost, beforeLast[rightIndex - 1] + 2)
                }
                row[rightIndex + 1] = cost
            }
            (beforeLast, last, row) = (last, row, beforeLast)
        }
        return last[right.count]
    }

    private static func cost(_ left: Unicode.Scalar, _ right: Unicode.Scalar) -> Int {
        if left == right { return 0 }
        return left.properties.lowercaseMapping == right.properties.lowercaseMapping ? 1 : 2
    }
}
