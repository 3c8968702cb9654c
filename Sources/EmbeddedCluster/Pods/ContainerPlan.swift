/// A container made concrete: what to execute, with what.
struct ContainerPlan: Sendable, Equatable {
    /// Path of the file to execute.
    var executable: String
    /// From the name of the program on.
    var arguments: [String]
    var environment: [String: String]
    /// `nil`: where the platform was started.
    var directory: String?
}

/// Why no process can be made of a container.
struct ContainerProblem: Error, Sendable, Equatable {
    /// One word, as Kubernetes uses them.
    let reason: String
    /// A sentence that says what to do.
    let message: String
}
