import Administration
import Autoscaler
import KubernetesClient
import ScalingCore
import Telemetry
import Timekeeping

/// Shows the dashboard what the autoscaler's triggers say.
struct TriggerRelay: LiveTriggerProvider {
    let autoscaler: AutoscalerService

    func liveTriggers() async -> [ObjectKey: [LiveTrigger]]? {
        let now = MonotonicClock.now()
        return Dictionary(grouping: self.autoscaler.triggerStates, by: \.object).mapValues { states in
            states.map { state in
                LiveTrigger(
                    metrics: state.metrics.map {
                        Administration.TriggerReport.Metric(name: $0.name, value: $0.value, target: $0.target)
                    },
                    isActive: state.isActive,
                    problem: state.problem,
                    secondsSinceRead: state.readAt.map { now.seconds(since: $0) },
                    secondsToNextRead: state.nextLookAt.map { $0.seconds(since: now) }
                )
            }
        }
    }
}
