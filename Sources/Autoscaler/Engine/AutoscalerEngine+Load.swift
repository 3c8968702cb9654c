import ScalingCore
public import ServingAPI
public import Timekeeping

// MARK: - Load

extension AutoscalerEngine {
    /// An activator reports.
    ///
    /// The batch is read by `advance`.
    ///
    /// - Parameters:
    ///   - loads: Every revision that had load there; one that is not named had none.
    ///   - activator: Its name, the same in every report.
    public mutating func reported(_ loads: [LoadReport], from activator: String, at now: MonotonicInstant) {
        let wasKnown = self.isLoadKnown(now: now)
        let reporter: Int
        if let known = self.reporters.firstIndex(where: { $0.name == activator }) {
            reporter = known
        } else {
            reporter = self.reporters.count
            self.reporters.append(Reporter(name: activator, lastBatchAt: now))
        }
        self.reporters[reporter].lastBatchAt = now
        self.reporters[reporter].batch += 1
        self.isSilenceAnnounced = false
        let number = self.reporters[reporter].batch
        self.batches.append(PendingBatch(reporter: reporter, number: number, loads: loads, receivedAt: now))
        guard !wasKnown else { return }
        // What held because nobody reported has something to go by again.
        for slot in self.slotByID.values where self.slots[slot]?.hold == .loadUnknown {
            self.requestDecision(slot, now: now)
        }
    }

    /// Requests wait at an activator and no replica can take them: decides at once.
    ///
    /// - Parameter waiting: How many wait there.
    public mutating func woke(_ id: RevisionID, waiting: Int, at now: MonotonicInstant) {
        guard let slot = self.slot(of: id), let state = self.slots[slot] else {
            return self.earlyWakes.add(id, waiting: waiting, at: now)
        }
        let timing = self.settings.timing
        let news = self.slots[slot]?.requests?.wake.woke(waiting: waiting, at: now, spacing: timing.eventSpacing)
        guard let isNews = news else { return }
        self.activate(slot)
        let isHeard = timing.isWakeHeard(policy: state.policy, current: state.ledger.effective(now: now) ?? 0)
        guard isNews, isHeard else { return self.requestDecision(slot, now: now) }
        self.decide(slot, now: now, isUrgent: true)
        self.schedule(slot, now: now)
    }

    /// Whether some activator has reported lately enough.
    func isLoadKnown(now: MonotonicInstant) -> Bool {
        let limit = self.settings.reportAgeLimit
        return self.reporters.contains { $0.lastBatchAt.advanced(by: limit) >= now }
    }

    mutating func workOnBatches(now: MonotonicInstant, budget: inout Int) {
        while budget > 0, var batch = self.batches.first {
            while budget > 0, batch.position < batch.loads.count {
                self.record(batch.loads[batch.position], in: batch, now: now)
                batch.position += 1
                budget -= 1
            }
            // From the end, because a revision that becomes dormant is replaced by the last one.
            while budget > 0, batch.position == batch.loads.count, batch.unnamedBelow != 0 {
                let below = min(batch.unnamedBelow ?? self.active.count, self.active.count)
                batch.unnamedBelow = max(below - 1, 0)
                guard below > 0 else { break }
                self.recordNoLoad(self.active[below - 1], in: batch)
                budget -= 1
            }
            self.batches[0] = batch
            guard batch.position == batch.loads.count, batch.unnamedBelow == 0 else { return }
            self.batches.removeFirst()
        }
    }

    private mutating func record(_ load: LoadReport, in batch: PendingBatch, now: MonotonicInstant) {
        guard let slot = self.slot(of: load.revision) else { return }
        let wasDormant = self.slots[slot]?.activePosition == nil
        // An idle report about a revision at zero says nothing new and must not wake it.
        guard !(wasDormant && load.isIdle) else { return }
        self.prepareScaler(slot, now: batch.receivedAt)
        self.slots[slot]?.requests?.loads.record(load, reporter: batch.reporter, batch: batch.number)
        self.slots[slot]?.requests?.wake.heard(waiting: load.waiting, at: batch.receivedAt)
        self.slots[slot]?.requests?.scaler?.record(
            LoadSample(averageConcurrency: load.averageConcurrency, requestsPerSecond: load.requestsPerSecond),
            from: self.reporters[batch.reporter].name,
            at: batch.receivedAt
        )
        let hasGrown = self.slots[slot]?.requests?.wake.hasGrown(to: load.waiting) ?? false
        if wasDormant || hasGrown { self.requestDecision(slot, now: now) }
    }

    private mutating func recordNoLoad(_ slot: Int, in batch: PendingBatch) {
        // A target of events alone has nobody who reports on it.
        guard let requests = self.slots[slot]?.requests,
            !requests.loads.isCurrent(reporter: batch.reporter, batch: batch.number)
        else { return }
        self.prepareScaler(slot, now: batch.receivedAt)
        self.slots[slot]?.requests?.loads.record(nil, reporter: batch.reporter, batch: batch.number)
        self.slots[slot]?.requests?.wake.heard(waiting: 0, at: batch.receivedAt)
        self.slots[slot]?.requests?.scaler?.record(
            LoadSample(averageConcurrency: 0, requestsPerSecond: 0),
            from: self.reporters[batch.reporter].name,
            at: batch.receivedAt
        )
    }

    private mutating func prepareScaler(_ slot: Int, now: MonotonicInstant) {
        guard self.areReplicasKnown, var state = self.slots[slot], state.requests?.scaler == nil else { return }
        self.prepareScaler(in: &state, now: now)
        self.slots[slot] = state
    }

    /// Makes the revision's scaler once its replicas are known.
    func prepareScaler(in state: inout TargetState, now: MonotonicInstant) {
        guard self.areReplicasKnown, let requests = state.requests, requests.scaler == nil else { return }
        var scaler = RevisionScaler(
            configuration: requests.revision.configuration,
            now: now,
            readyReplicas: state.readyReplicas,
            hasReachedInitialScale: requests.hasReachedInitialScale(
                effective: state.ledger.effective(now: now),
                ready: state.readyReplicas
            )
        )
        for seconds in state.knownStartupSeconds { scaler.replicaStarted(tookSeconds: seconds) }
        requests.restoreKeepAlive(&scaler, now: now)
        state.requests?.scaler = scaler
    }
}
