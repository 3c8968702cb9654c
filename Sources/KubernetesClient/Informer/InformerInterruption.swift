/// Why an informer has to list again.
struct InformerInterruption: Sendable {
    /// `nil` when nothing is wrong.
    let error: (any Error)?
    /// Whether an event was heard since the list was taken.
    let madeProgress: Bool

    /// The version to continue from is forgotten, which calls for a new list, not for a pause.
    var isExpiry: Bool { (self.error as? KubernetesError)?.code == .expired }
}
