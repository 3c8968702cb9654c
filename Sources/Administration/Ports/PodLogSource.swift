public import KubernetesClient

/// Where the output of replicas is kept: the process runner's files, or the API of a cluster.
public protocol PodLogSource: Sendable {
    /// What the pod's containers wrote, line by line without line ends.
    ///
    /// - Parameters:
    ///   - tail: Begins so many lines before the end; `nil` for everything that is kept.
    ///   - follow: Goes on with what is written next, until the pod is gone or the reader stops.
    func lines(
        of pod: ObjectKey,
        tail: Int?,
        follow: Bool
    ) async throws(KubernetesError) -> AsyncThrowingStream<String, any Error>
}
