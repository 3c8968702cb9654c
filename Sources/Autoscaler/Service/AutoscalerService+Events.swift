import KubernetesClient
import ScalingCore
import ServingAPI
import StructuredData
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

    /// Where nobody measures pods, the engine goes without.
    func measure(_ target: ObjectKey, _ selector: LabelSelector) async {
        guard let pods = try? await self.api.list(.podMetrics, namespace: target.namespace, selector: selector) else {
            return
        }
        let usage = pods.items.reduce(into: [String: Double]()) { usage, pod in
            let containers = pod.json["containers"]?.arrayValue ?? []
            usage[pod.name] = containers.reduce(0) { sum, container in
                sum + (container["usage"]?["cpu"]?.stringValue.flatMap { Quantity($0)?.value } ?? 0)
            }
        }
        self.inbox.put(.measured(target, usage))
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
