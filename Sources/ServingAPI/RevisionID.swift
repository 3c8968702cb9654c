/// The name of a revision, one deployable state of one component of an InferenceService.
public struct RevisionID: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let namespace: String
    public let name: String

    public init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    public var description: String { "\(self.namespace)/\(self.name)" }

    public static func < (left: RevisionID, right: RevisionID) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }
}
