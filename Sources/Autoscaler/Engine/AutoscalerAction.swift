public import KubernetesClient

/// What the engine wants done.
///
/// Whoever does it tells the engine how it ended.
public enum AutoscalerAction: Sendable, Equatable {
    case scale(ScalePlan)
    case writeStatus(StatusWrite)
    case writeObjectStatus(ScaledObjectStatusWrite)
    /// Find out what the pods of the target with these labels use of the processors.
    case measure(ObjectKey, LabelSelector)
    /// Each trigger on its own; how each look ended is told as it ends.
    case poll(PollOrder)
    /// Something people should hear of; nothing is to be done.
    case announce(AutoscalerNote)
}
