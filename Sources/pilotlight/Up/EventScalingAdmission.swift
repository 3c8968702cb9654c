import EmbeddedCluster
import KubernetesClient
import ServingAPI

/// What the embedded API takes of the kinds of event-driven scaling.
///
/// An object that cannot be read is refused. One that can be read and breaks a rule is kept: the autoscaler says in its
/// status what is wrong, and goes on with what was in force before.
enum EventScalingAdmission {
    static let rules = [
        AdmissionRule(.scaledObject, check: { object, _ in ScaledObject.readingProblems(of: object.json) }),
        AdmissionRule(.triggerAuthentication, check: { object, _ in TriggerAuthentication.problems(of: object.json) }),
        AdmissionRule(
            .clusterTriggerAuthentication,
            check: { object, _ in ClusterTriggerAuthentication.problems(of: object.json) }
        ),
    ]
}
