/// The name that was probably meant: what a message suggests when a name is not known.
public enum NearestName {
    /// The candidate that needs the fewest edits (insert, delete, replace, swap neighbours; letter case counts as half)
    /// to become `name`, or `nil` when none is near enough to be a likely slip.
    ///
    /// - Complexity: O(*n* · *m*) a candidate, lengths above 64 are not looked at.
    public static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Letters(name)
        guard wanted.count > 0, wanted.count <= Self.longest else { return nil }
        var best: (candidate: String, cost: Int)?
        for candidate in candidates where candidate != name {
            // Costs are in half edits: a third of the longer name may be wrong, a single edit always may.
            let length = candidate.unicodeScalars.count
            let limit = max(2, 2 * max(wanted.count, length) / 3)
            guard length <= Self.longest, abs(length - wanted.count) * 2 <= limit else { continue }
            let letters = Letters(candidate)
            let cost = wanted.folded == letters.folded ? 1 : Self.halfEdits(wanted, letters)
            guard cost <= limit, cost < 2 * max(wanted.count, length) else { continue }
            if let best, (best.cost, best.candidate) <= (cost, candidate) { continue }
            best = (candidate, cost)
        }
        return best?.candidate
    }

    /// `, did you mean 'x'?`, or nothing.
    public static func hint(for name: String, among candidates: some Sequence<String>) -> String {
        Self.of(name, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
    }

    private static let longest = 64

    /// A name letter by letter, as it is written and in lower case.
    private struct Letters {
        let written: [Unicode.Scalar]
        let folded: [Unicode.Scalar]

        init(_ name: String) {
            self.written = Array(name.unicodeScalars)
            let folded = Array(name.lowercased().unicodeScalars)
            // Some letters become two in lower case: then only the same letter is the same.
            self.folded = folded.count == self.written.count ? folded : self.written
        }

        var count: Int { self.written.count }
    }

    /// Optimal string alignment with three rows.
    private static func halfEdits(_ left: Letters, _ right: Letters) -> Int {
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = (0...right.count).map { 2 * $0 }
        var row = last
        for leftIndex in 0..<left.count {
            row[0] = 2 * (leftIndex + 1)
            for rightIndex in 0..<right.count {
                let isSameLetter = left.folded[leftIndex] == right.folded[rightIndex]
                let isSame = isSameLetter && left.written[leftIndex] == right.written[rightIndex]
                let replaced = last[rightIndex] + (isSame ? 0 : isSameLetter ? 1 : 2)
                var cost = min(replaced, last[rightIndex + 1] + 2, row[rightIndex] + 2)
                if leftIndex > 0, rightIndex > 0, left.written[leftIndex] == right.written[rightIndex - 1],
                    left.written[leftIndex - 1] == right.written[rightIndex]
                {
                    cost = min(cost, beforeLast[rightIndex - 1] + 2)
                }
                row[rightIndex + 1] = cost
            }
            (beforeLast, last, row) = (last, row, beforeLast)
        }
        return last[right.count]
    }
}
