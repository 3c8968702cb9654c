import KubernetesClient
import ServingAPI
import StructuredData
import YAMLReading

/// Turns one document into the objects that it holds, or into its problems.
struct ManifestDocument {
    /// Kinds that can be applied.
    static let types: [ResourceType] = [
        .inferenceService, .servingRuntime, .clusterServingRuntime, .scaledObject, .triggerAuthentication,
        .clusterTriggerAuthentication, .deployment, .pod, .service, .configMap, .secret,
    ]

    let file: String
    /// Absolute; what relative storage addresses start from.
    let folder: String
    let line: Int
    let sources: SourceMap
    private(set) var objects: [ManifestObject] = []
    private(set) var problems: [ManifestProblem] = []

    init(_ document: YAMLDocument, file: String, folder: String) {
        self.file = file
        self.folder = folder
        self.line = document.line
        self.sources = document.sources
        if document.problems.isEmpty {
            self.read(document.value, at: .root)
        } else {
            self.report(document.problems, subject: Self.subject(of: document.value))
        }
    }

    private mutating func read(_ json: JSONValue, at path: FieldPath) {
        // A separator with nothing behind it is no mistake.
        if json == .null { return }
        if json["kind"]?.stringValue == "List", json["apiVersion"]?.stringValue == "v1" {
            for (index, item) in (json["items"]?.arrayValue ?? []).enumerated() {
                self.read(item, at: path.member("items").element(index))
            }
            return
        }
        guard let type = self.type(of: json, at: path) else { return }
        var object = KubernetesObject(json: json)
        if type.isNamespaced, let metadata = json["metadata"]?.objectValue, metadata["namespace"] == nil {
            object.namespace = "default"
        }
        object.json = StorageAddresses.resolved(object.json, of: type, folder: self.folder)
        let problems = Self.problems(of: object, type)
        guard problems.isEmpty else {
            return self.report(problems, below: path, subject: Self.subject(of: object.json))
        }
        let line = self.sources.line(of: path) ?? self.line
        let origin = ManifestOrigin(file: self.file, line: line, sources: self.sources.part(at: path))
        self.objects.append(ManifestObject(type: type, object: object, origin: origin))
    }

    /// The type of an object of a kind that can be applied; what else there is, is reported.
    private mutating func type(of json: JSONValue, at path: FieldPath) -> ResourceType? {
        let reader = FieldReader(json)
        let apiVersion = reader.requiredString("apiVersion")
        let kind = reader.requiredString("kind")
        guard reader.problems.isEmpty else {
            let message = reader.object.isEmpty ? "" : "; every document is one Kubernetes object"
            let problems = reader.problems.map { Problem(path: $0.path, message: $0.message + message) }
            self.report(problems, below: path, subject: nil)
            return nil
        }
        let ofKind = Self.types.filter { $0.kind == kind }
        if let type = ofKind.first(where: { $0.apiVersion == apiVersion }) { return type }
        let subject = Self.subject(of: json)
        if let right = ofKind.first {
            let message = "is '\(apiVersion)', but \(kind) is served as '\(right.apiVersion)'"
            self.report([Problem(path: "apiVersion", message: message)], below: path, subject: subject)
            return nil
        }
        if let refusal = ScaledObject.refusal(ofKind: kind) {
            self.report([Problem(path: "kind", message: refusal)], below: path, subject: subject)
            return nil
        }
        let kinds = Self.types.map(\.kind)
        if let meant = NearestName.of(kind, among: kinds) {
            let message = "unknown kind '\(kind)'; did you mean '\(meant)'?"
            self.report([Problem(path: "kind", message: message)], below: path, subject: subject)
            return nil
        }
        let message =
            "objects of kind \(kind) (\(apiVersion)) are not supported, this one is left out; kinds that can be "
            + "applied: " + kinds.joined(separator: ", ")
        self.report(
            [Problem(path: "kind", message: message)],
            below: path,
            subject: subject,
            cause: .unsupportedKind
        )
        return nil
    }

    private static func problems(of object: KubernetesObject, _ type: ResourceType) -> [Problem] {
        switch type {
        case .inferenceService:
            return InferenceService.problems(of: object.json)
        case .servingRuntime, .clusterServingRuntime:
            return ServingRuntime.problems(of: object.json)
        case .scaledObject:
            // What breaks a rule is kept, and says so in its status.
            return ScaledObject.readingProblems(of: object.json)
        case .triggerAuthentication:
            return TriggerAuthentication.problems(of: object.json)
        case .clusterTriggerAuthentication:
            return ClusterTriggerAuthentication.problems(of: object.json)
        default:
            let reader = FieldReader(object.json)
            let metadata = reader.required("metadata")
            _ = metadata.requiredString("name")
            _ = metadata.string("namespace")
            _ = metadata.stringMap("labels")
            _ = metadata.stringMap("annotations")
            return reader.problems
        }
    }

    /// Adds the lines, and to paths the place of the object in its list.
    private mutating func report(
        _ problems: [Problem],
        below path: FieldPath = .root,
        subject: String?,
        cause: ManifestProblem.Cause = .mistake
    ) {
        for problem in problems {
            var problem = problem
            if path != .root {
                problem.path = [path.description, problem.path].filter { !$0.isEmpty }.joined(separator: ".")
            }
            problem.line = problem.line ?? self.sources.line(of: problem.path) ?? self.line
            self.problems.append(
                ManifestProblem(file: self.file, subject: subject, problem: problem, cause: cause)
            )
        }
    }

    /// `InferenceService default/iris`, as far as it can be told.
    private static func subject(of json: JSONValue) -> String? {
        guard let kind = json["kind"]?.stringValue else { return nil }
        guard let name = json["metadata"]?["name"]?.stringValue else { return kind }
        let isNamespaced = Self.types.first { $0.kind == kind }?.isNamespaced ?? true
        let namespace = json["metadata"]?["namespace"]?.stringValue ?? "default"
        return isNamespaced ? "\(kind) \(namespace)/\(name)" : "\(kind) \(name)"
    }
}
