/// Which requests are run together.
enum BatchPlan {
    /// A request as the plan sees it.
    struct Candidate: Equatable {
        /// `nil` for one that must be run by itself.
        let key: BatchKey?
        let rows: Int
    }

    /// Divides requests into runs, in the order in which their first requests came.
    ///
    /// A request goes into the oldest run of its key that has room; it is never divided, so that one with more rows than
    /// the limit makes a run of its own.
    static func runs(of candidates: [Candidate], maximumRows: Int) -> [[Int]] {
        var runs: [(key: BatchKey?, rows: Int, members: [Int])] = []
        for (index, candidate) in candidates.enumerated() {
            let open = runs.firstIndex { run in
                candidate.key != nil && run.key == candidate.key && run.rows + candidate.rows <= maximumRows
            }
            if let open {
                runs[open].members.append(index)
                runs[open].rows += candidate.rows
            } else {
                runs.append((candidate.key, candidate.rows, [index]))
            }
        }
        return runs.map(\.members)
    }
}
