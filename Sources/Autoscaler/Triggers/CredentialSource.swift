/// Where the credentials of triggers come from: the port that reads TriggerAuthentications and what they name.
public protocol CredentialSource: Sendable {
    /// Reads the parameters that a trigger's `authenticationRef` leads to.
    ///
    /// Called when the trigger is made, and again whenever a TriggerAuthentication, Secret or ConfigMap changes that it
    /// may depend on; equal answers leave the trigger alone. What is answered is never shown or logged.
    ///
    /// - Throws: One sentence that names the object and the key that is missing, without values.
    func credentials(for request: CredentialRequest) async throws(TriggerFailure) -> [String: String]
}

/// What one trigger wants to be resolved.
public struct CredentialRequest: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        case triggerAuthentication = "TriggerAuthentication"
        case clusterTriggerAuthentication = "ClusterTriggerAuthentication"
    }

    /// Of the ScaledObject.
    public var namespace: String
    /// `spec.triggers[].authenticationRef`.
    public var kind: Kind
    public var name: String
    /// The target's variables by container, for the entries of `spec.env`.
    public var environments: [String: [String: String]]
    /// The container that `spec.env` means when it names none; `nil` when the target is not known.
    public var defaultContainer: String?

    public init(
        namespace: String,
        kind: Kind,
        name: String,
        environments: [String: [String: String]] = [:],
        defaultContainer: String? = nil
    ) {
        self.namespace = namespace
        self.kind = kind
        self.name = name
        self.environments = environments
        self.defaultContainer = defaultContainer
    }
}
