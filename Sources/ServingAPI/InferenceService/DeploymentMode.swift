/// How KServe was asked to deploy a service.
///
/// Here all spellings lead to one mode that can do everything.
public enum DeploymentMode: Sendable, Equatable {
    /// `Standard`, formerly `RawDeployment`.
    case standard
    /// `Knative`, formerly `Serverless`.
    case knative
    case modelMesh

    /// - Returns: `nil` for a spelling that is none.
    public init?(annotation: String) {
        switch annotation {
        case "Standard", "RawDeployment": self = .standard
        case "Knative", "Serverless": self = .knative
        case "ModelMesh": self = .modelMesh
        default: return nil
        }
    }

    static let spellings = ["Standard", "RawDeployment", "Knative", "Serverless", "ModelMesh"]
}

extension InferenceService {
    /// The mode that was asked for; `nil` when none was.
    public var deploymentMode: DeploymentMode? {
        self.metadata.annotations[AnnotationName.deploymentMode].flatMap(DeploymentMode.init(annotation:))
    }
}
