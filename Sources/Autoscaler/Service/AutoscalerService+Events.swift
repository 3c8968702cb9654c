import KubernetesClient
import ScalingCore
import ServingAPI
import Telemetry
import Timekeeping

// MARK: - Looking at event sources

extension AutoscalerService {
    /// Begins looks at triggers, as many at once as their rows allow.
    func begin(_ order: PollOrder, _ lanes: inout PollLanes, in group: inout DiscardingTaskGroup) {
        for trigger in order.triggers {
            let job = PollJob(object: order.object, build: order.build, trigger: trigger)
            guard let built = self.workshop.trigger(job) else {
                // Replaced meanwhile: the engine hears of the new one and asks again.
                let failure = TriggerFailure(.unavailable, "The trigger is being made anew.")
                self.inbox.put(.triggerRead(Self.report(job, .failure(failure), seconds: 0)))
                continue
            }
            let lane = PollLanes.Lane(type: built.declaration.type, isTroubled: built.isTroubled)
            if lanes.enter(job, lane) { self.look(job, lane, in: &group) }
        }
    }

    private func look(_ job: PollJob, _ lane: PollLanes.Lane, in group: inout DiscardingTaskGroup) {
        let limit = self.settings.triggerTimeLimit
        group.addTask {
            let begin = MonotonicClock.now()
            let result = await self.workshop.trigger(job)?.read(within: limit)
            let seconds = MonotonicClock.now().seconds(since: begin)
            if let result {
                self.meters.looked(type: lane.type, seconds: seconds)
                self.inbox.put(.triggerRead(Self.report(job, result, seconds: seconds)))
            }
            self.inbox.put(.lookEnded(lane))
        }
    }

    /// Lets the next look of a row begin.
    func lookEnded(_ lane: PollLanes.Lane, _ lanes: inout PollLanes, in group: inout DiscardingTaskGroup) {
        if let next = lanes.leave(lane) { self.look(next, lane, in: &group) }
    }

    private static func report(
        _ job: PollJob,
        _ result: Result<TriggerReading, TriggerFailure>,
        seconds: Double
    ) -> TriggerReport {
        TriggerReport(
            object: job.object,
            build: job.build,
            trigger: job.trigger,
            result: result,
            latencySeconds: seconds
        )
    }
}
