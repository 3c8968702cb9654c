/// Who knows whether the program can do its work.
public protocol ReadinessSource: Sendable {
    /// One sentence for each reason why it cannot; empty when it can.
    func obstacles() async -> [String]
}
