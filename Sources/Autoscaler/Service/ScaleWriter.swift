import KubernetesClient
import ServingAPI
import StructuredData
import Telemetry
import Timekeeping

/// Writes what the engine wants into the API.
struct ScaleWriter: Sendable {
    enum Outcome: Sendable {
        case done
        /// A newer plan was made meanwhile; the rest was left to it.
        case overtaken
        case failed(KubernetesError)

        var error: KubernetesError? {
            guard case .failed(let error) = self else { return nil }
            return error
        }
    }

    let api: any KubernetesAPI

    /// Marks victims before the count falls and unmarks the reprieved after it has risen.
    ///
    /// - Parameter isNewest: Asked right before the count is written.
    func carryOut(_ plan: ScalePlan, isNewest: () -> Bool) async -> Outcome {
        do {
            if plan.isShrinking {
                try await self.setCost(nil, of: plan.reprieved, plan: plan)
                try await self.setCost(AutoscalerLabel.victimCost, of: plan.victims, plan: plan)
            }
            guard isNewest() else { return .overtaken }
            if plan.replicas != plan.previous {
                try await self.api.scale(.deployment, plan.target, replicas: plan.replicas)
            }
            if !plan.isShrinking { try await self.setCost(nil, of: plan.reprieved, plan: plan) }
            return .done
        } catch {
            return .failed(error)
        }
    }

    private func setCost(_ cost: String?, of pods: [String], plan: ScalePlan) async throws(KubernetesError) {
        let value: JSONValue = cost.map { .string($0) } ?? .null
        let patch: JSONValue = ["metadata": ["annotations": [AutoscalerLabel.deletionCost: value]]]
        for pod in pods {
            do {
                _ = try await self.api.patch(
                    .pod,
                    ObjectKey(namespace: plan.target.namespace, name: pod),
                    merge: patch,
                    subresource: nil
                )
            } catch  where error.code == .notFound {
                // The pod went by itself: nothing is left to mark.
            }
        }
    }

    /// - Returns: What went wrong, `nil` for nothing.
    func write(_ write: ScaledObjectStatusWrite) async -> KubernetesError? {
        let document = ScaledObjectStatusDocument(report: write.report, now: MonotonicClock.now(), wallTime: .now())
        do {
            _ = try await self.api.patch(
                .scaledObject,
                write.object,
                merge: ["metadata": ["uid": .string(write.uid)], "status": document.patch],
                subresource: .status
            )
            return nil
        } catch {
            return error
        }
    }

    /// - Returns: What went wrong, `nil` for nothing.
    func write(_ write: StatusWrite) async -> KubernetesError? {
        var status = write.status
        if let decidedAt = write.decidedAt {
            let age = MonotonicClock.now().seconds(since: decidedAt)
            status.lastDecision?.time = WallTime(unixSeconds: WallTime.now().unixSeconds - age).rfc3339
        } else {
            status.lastDecision = nil
        }
        // What an earlier life wrote keeps its own time.
        if status.keepAlive?.time.isEmpty == true {
            let sinceMade = MonotonicClock.now().seconds(since: write.madeAt)
            status.keepAlive?.time = WallTime(unixSeconds: WallTime.now().unixSeconds - sinceMade).rfc3339
        }
        var patch = status.json
        for field in [
            "desiredReplicas", "readyReplicas", "startingReplicas", "mode", "stableValue", "panicValue", "keepAlive",
        ]
        where patch[field] == nil {
            // In a merge patch what is left out stays, but what is no longer known must go.
            patch[field] = .null
        }
        let key = ObjectKey(namespace: write.revision.namespace, name: write.revision.name)
        do {
            _ = try await self.api.patch(
                .revision,
                key,
                merge: ["metadata": ["uid": .string(write.uid)], "status": patch],
                subresource: .status
            )
            return nil
        } catch {
            return error
        }
    }
}
