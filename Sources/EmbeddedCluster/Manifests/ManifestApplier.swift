public import KubernetesClient
import StructuredData

/// Makes the API hold what is written in files: creates, updates, and removes what is no longer written.
///
/// What was applied is remembered in the API itself, so that an object whose file vanished while the platform was down
/// goes as well. While any file has a mistake nothing is removed: what it once said may be all that is left of it.
public struct ManifestApplier: Sendable {
    /// What one round of applying did.
    public struct Outcome: Sendable, Equatable {
        /// Objects that were new or different, as `InferenceService default/iris`.
        public var changed: [String] = []
        public var removed: [String] = []
        /// What could not be read or was refused; what was applied before stays in force.
        public var problems: [ManifestProblem] = []

        public init() {}
    }

    /// Where the list of what was applied is kept.
    static let record = ObjectKey(namespace: "pilotlight-system", name: "applied-manifests")

    private let api: any KubernetesAPI

    public init(api: any KubernetesAPI) {
        self.api = api
    }

    public func apply(_ reading: ManifestReading) async throws(KubernetesError) -> Outcome {
        var outcome = Outcome()
        outcome.problems = reading.problems
        var written: [AppliedObject] = []
        for manifest in reading.objects {
            written.append(AppliedObject(type: manifest.type, key: manifest.object.key))
            do {
                if try await self.apply(manifest) { outcome.changed.append(Self.name(manifest)) }
            } catch {
                outcome.problems.append(error.problem)
            }
        }
        let before = try await self.applied()
        let hasMistakes = outcome.problems.contains { $0.cause != .unsupportedKind }
        let gone = hasMistakes ? [] : before.filter { !written.contains($0) }
        for object in gone {
            do {
                try await self.api.delete(object.type, object.key, uid: nil)
                outcome.removed.append("\(object.type.kind) \(object.key)")
            } catch  where error.code == .notFound {
                continue
            }
        }
        try await self.remember(written + before.filter { !written.contains($0) && !gone.contains($0) }, before: before)
        return outcome
    }

    // MARK: One object

    /// - Returns: Whether the API changed by it.
    private func apply(_ manifest: ManifestObject) async throws(RefusedManifest) -> Bool {
        do {
            return try await self.write(manifest)
        } catch {
            throw RefusedManifest(error.message, of: manifest)
        }
    }

    /// Others write to the object at the same time, so a conflict is met with another look, a few times.
    private func write(_ manifest: ManifestObject, attempts: Int = 5) async throws(KubernetesError) -> Bool {
        do {
            let old = try await self.api.get(manifest.type, manifest.object.key)
            var new = manifest.object
            // What others have written into the metadata stays.
            for field in ["finalizers", "ownerReferences", "resourceVersion"] {
                new.metadata[field] = old.metadata[field]
            }
            if manifest.type == .deployment { Self.keepReplicas(of: old, in: &new) }
            let stored = try await self.api.update(manifest.type, new, subresource: nil)
            return stored.resourceVersion != old.resourceVersion
        } catch  where error.code == .notFound {
            var new = manifest.object
            if manifest.type == .deployment { Self.noteReplicas(in: &new) }
            _ = try await self.api.create(manifest.type, new)
            return true
        } catch  where error.code == .conflict && attempts > 1 {
            return try await self.write(manifest, attempts: attempts - 1)
        }
    }

    /// On a Deployment: the replica count that its manifest asked for.
    private static let writtenReplicas = "pilotlight.dev/written-replicas"

    /// The replica count is the autoscaler's once there is one, so applying a file again must not undo its work; a count
    /// that was changed in the file is meant.
    private static func keepReplicas(of old: KubernetesObject, in new: inout KubernetesObject) {
        Self.noteReplicas(in: &new)
        guard new.annotations[Self.writtenReplicas] == old.annotations[Self.writtenReplicas] else { return }
        new.spec["replicas"] = old.spec["replicas"]
    }

    private static func noteReplicas(in object: inout KubernetesObject) {
        object.annotations[Self.writtenReplicas] = object.spec["replicas"]?.intValue.map { "\($0)" }
    }

    private static func name(_ manifest: ManifestObject) -> String {
        "\(manifest.type.kind) \(manifest.object.key)"
    }

    // MARK: The record

    private func applied() async throws(KubernetesError) -> [AppliedObject] {
        do {
            let record = try await self.api.get(.configMap, Self.record)
            let text = record.json["data"]?["objects"]?.stringValue ?? "[]"
            return ((try? JSONParser.parse(text))?.arrayValue ?? []).compactMap(AppliedObject.init(json:))
        } catch  where error.code == .notFound {
            return []
        }
    }

    private func remember(_ objects: [AppliedObject], before: [AppliedObject]) async throws(KubernetesError) {
        guard objects != before else { return }
        var record = KubernetesObject(.configMap, Self.record)
        record.json["data"] = ["objects": .string(JSONValue.array(objects.map(\.json)).jsonText())]
        do {
            _ = try await self.api.update(.configMap, record, subresource: nil)
        } catch  where error.code == .notFound {
            _ = try await self.api.create(.configMap, record)
        }
    }
}

/// An object that came out of a file.
private struct AppliedObject: Equatable {
    let type: ResourceType
    let key: ObjectKey

    init(type: ResourceType, key: ObjectKey) {
        self.type = type
        self.key = key
    }

    init?(json: JSONValue) {
        guard let group = json["group"]?.stringValue, let version = json["version"]?.stringValue,
            let kind = json["kind"]?.stringValue, let plural = json["plural"]?.stringValue,
            let namespace = json["namespace"]?.stringValue, let name = json["name"]?.stringValue
        else { return nil }
        self.type = ResourceType(
            group: group,
            version: version,
            kind: kind,
            plural: plural,
            isNamespaced: !namespace.isEmpty
        )
        self.key = ObjectKey(namespace: namespace, name: name)
    }

    var json: JSONValue {
        [
            "group": .string(self.type.group), "version": .string(self.type.version), "kind": .string(self.type.kind),
            "plural": .string(self.type.plural), "namespace": .string(self.key.namespace),
            "name": .string(self.key.name),
        ]
    }
}

/// An object that was read but that the API did not take.
private struct RefusedManifest: Error {
    let problem: ManifestProblem

    init(_ message: String, of manifest: ManifestObject) {
        self.problem = ManifestProblem(
            file: manifest.origin.file,
            subject: "\(manifest.type.kind) \(manifest.object.key)",
            problem: Problem(path: "", message: message, line: manifest.origin.line)
        )
    }
}
