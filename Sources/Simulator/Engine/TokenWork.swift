/// Continuous batching on one replica, without an event for every iteration.
///
/// Between two changes of the batch every iteration is like the one before, except that the cache grows by a fixed
/// number of tokens. The time of any number of iterations is then a formula, so the replica only needs an event where
/// something changes: a sequence ends, a prompt is read, the cache is full, or a newcomer may join, which it does at the
/// end of the iteration under way.
struct TokenWork {
    struct Sequence {
        let request: UInt32
        /// Tokens of the prompt, or of a text that was pushed out of the cache, still to be read.
        var unread: Int
        /// Tokens of the answer still to come.
        var remaining: Int
        /// Tokens it holds in the cache.
        var cached = 0
    }

    /// Iterations that are alike, from one change to the next.
    struct Segment {
        let startedAt: Int64
        var iterations: Int
        /// Tokens read from prompts in each of them.
        let promptTokens: Int
        /// Seconds of the first iteration, and by how much each later one is longer.
        let firstSeconds: Double
        let growthSeconds: Double

        /// Nanoseconds of the first `count` iterations.
        func length(of count: Int) -> Int64 {
            let n = Double(count)
            return Int64(((n * self.firstSeconds + self.growthSeconds * n * (n - 1) / 2) * 1e9).rounded())
        }

        var due: Int64 { self.startedAt + self.length(of: self.iterations) }

        /// The first iteration that ends at `now` or later.
        func iteration(at now: Int64) -> Int {
            var low = 1
            var high = self.iterations
            while low < high {
                let middle = (low + high) / 2
                if self.startedAt + self.length(of: middle) >= now { high = middle } else { low = middle + 1 }
            }
            return low
        }
    }

    /// In the order in which they may join.
    var waiting: [Sequence] = []
    /// In the order in which they joined; those that still read stand among the others.
    var running: [Sequence] = []
    var cached = 0
    var segment: Segment?
    /// While the end of a segment is worked on newcomers only line up.
    var isAdvancing = false
    /// Sequences pushed out of the cache.
    var evictions: UInt64 = 0

    // MARK: Between iterations

    /// Lets those join for whom there is room.
    ///
    /// - Returns: Requests that a replica begins to work on with this.
    mutating func admit(_ serving: TokenServing) -> [UInt32] {
        var begun: [UInt32] = []
        // Prompts that are not read yet will need their place too.
        var promised = self.cached + self.running.reduce(0) { $0 + $1.unread }
        while let next = self.waiting.first, self.running.count < serving.maxSequences {
            guard promised + next.unread + 1 <= serving.cacheTokens || self.running.isEmpty else { break }
            promised += next.unread
            self.running.append(self.waiting.removeFirst())
            begun.append(next.request)
        }
        return begun
    }

    /// Pushes out who joined last while the next iteration would not fit.
    mutating func evict(_ serving: TokenServing) {
        while self.running.count > 1, self.cached + self.decoding > serving.cacheTokens {
            guard let last = self.running.lastIndex(where: { $0.unread == 0 }) else { return }
            var sequence = self.running.remove(at: last)
            self.cached -= sequence.cached
            sequence.unread = sequence.cached
            sequence.cached = 0
            self.waiting.insert(sequence, at: 0)
            self.evictions &+= 1
        }
    }

    var decoding: Int { self.running.reduce(0) { $0 + ($1.unread == 0 ? 1 : 0) } }

    /// Plans the iterations until the next change; `nil` when nothing runs.
    func plan(_ serving: TokenServing, factor: Double, now: Int64) -> Segment? {
        guard !self.running.isEmpty else { return nil }
        let decoding = self.decoding
        var iterations = Int.max
        for sequence in self.running where sequence.unread == 0 { iterations = min(iterations, sequence.remaining) }
        let chunk = max(1, serving.promptChunkTokens)
        var prompt = 0
        if let reader = self.running.first(where: { $0.unread > 0 }) {
            // Whole chunks of one prompt are alike; the last one is shared with whoever reads next.
            let whole = (reader.unread - 1) / chunk
            prompt = whole > 0 ? chunk : min(chunk, self.running.reduce(0) { $0 + $1.unread })
            iterations = min(iterations, max(1, whole))
        }
        let growth = decoding + prompt
        let room = max(0, serving.cacheTokens - self.cached) / max(1, growth)
        iterations = min(iterations, max(1, room))
        if serving.isEveryIterationSimulated { iterations = 1 }
        let seconds =
            serving.baseSeconds + serving.perSequenceSeconds * Double(decoding)
            + serving.perCachedTokenSeconds * Double(self.cached) + serving.perPromptTokenSeconds * Double(prompt)
        return Segment(
            startedAt: now,
            iterations: iterations,
            promptTokens: prompt,
            firstSeconds: seconds * factor,
            growthSeconds: serving.perCachedTokenSeconds * Double(growth) * factor
        )
    }

    /// Advances all sequences over a segment that is over.
    ///
    /// - Returns: Requests whose first token came with it, and those that are complete.
    mutating func complete(_ segment: Segment) -> (firstTokens: [UInt32], done: [UInt32]) {
        var firstTokens: [UInt32] = []
        var done: [UInt32] = []
        var budget = segment.promptTokens * segment.iterations
        for position in self.running.indices {
            if self.running[position].unread > 0 {
                let read = min(budget, self.running[position].unread)
                budget -= read
                self.running[position].unread -= read
                self.running[position].cached += read
                self.cached += read
                guard self.running[position].unread == 0, read > 0 else { continue }
                // The iteration that reads the last of a prompt gives the next token of the answer.
                firstTokens.append(self.running[position].request)
                self.running[position].remaining -= 1
                self.running[position].cached += 1
                self.cached += 1
            } else {
                self.running[position].remaining -= segment.iterations
                self.running[position].cached += segment.iterations
                self.cached += segment.iterations
            }
            if self.running[position].remaining <= 0 { done.append(self.running[position].request) }
        }
        guard !done.isEmpty else { return (firstTokens, done) }
        self.running.removeAll { sequence in
            guard sequence.remaining <= 0, sequence.unread == 0 else { return false }
            self.cached -= sequence.cached
            return true
        }
        return (firstTokens, done)
    }
}

extension Simulation {
    mutating func beginTokens(_ request: UInt32, on replica: Int, _ serving: TokenServing) {
        let place = self.replicas[replica].work
        self.tokens[place].waiting.append(
            TokenWork.Sequence(
                request: request,
                unread: Int(self.requests[request].promptTokens),
                remaining: Int(self.requests[request].outputTokens)
            )
        )
        guard !self.tokens[place].isAdvancing else { return }
        guard let segment = self.tokens[place].segment else { return self.startTokens(replica, serving) }
        // Whoever cannot join anyway changes nothing.
        let work = self.tokens[place]
        guard work.waiting.count == 1, work.running.count < serving.maxSequences else { return }
        let iteration = segment.iteration(at: self.now)
        guard iteration < segment.iterations else { return }
        self.tokens[place].segment?.iterations = iteration
        self.schedule(.workDone, at: segment.startedAt + segment.length(of: iteration), argument: replica)
    }

    mutating func tokensAdvanced(_ replica: Int, _ serving: TokenServing) {
        let place = self.replicas[replica].work
        guard let segment = self.tokens[place].segment, segment.due == self.now else { return }
        self.tokens[place].isAdvancing = true
        self.tokens[place].segment = nil
        let (firstTokens, done) = self.tokens[place].complete(segment)
        for request in firstTokens where self.requests[request].firstToken < 0 {
            self.requests[request].firstToken = self.now
        }
        for request in done {
            self.finish(request, on: replica)
            guard self.replicas[replica].work == place else { return }
        }
        self.tokens[place].isAdvancing = false
        self.startTokens(replica, serving)
    }

    private mutating func startTokens(_ replica: Int, _ serving: TokenServing) {
        let place = self.replicas[replica].work
        let factor = self.services[Int(self.replicas[replica].service)].workFactor
        self.tokens[place].evict(serving)
        for request in self.tokens[place].admit(serving) where self.requests[request].started < 0 {
            self.requests[request].started = self.now
        }
        guard let segment = self.tokens[place].plan(serving, factor: factor, now: self.now) else { return }
        self.tokens[place].segment = segment
        self.schedule(.workDone, at: segment.due, argument: replica)
    }
}
