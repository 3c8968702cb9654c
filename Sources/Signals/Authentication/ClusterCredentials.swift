public import Autoscaler
import Foundation
public import KubernetesClient
import StructuredData

/// Reads credentials out of TriggerAuthentications and the Secrets, ConfigMaps, variables and files that these name.
public struct ClusterCredentials: CredentialSource {
    /// Where a ClusterTriggerAuthentication's secrets lie, and files with credentials.
    public struct Settings: Sendable {
        /// The namespace of the Secrets and ConfigMaps that a ClusterTriggerAuthentication names.
        public var clusterNamespace = "keda"
        /// The folder that `filePath` is relative to; `nil` refuses files.
        public var fileFolder: String?

        public init() {}
    }

    private let api: any KubernetesAPI
    private let settings: Settings

    public init(api: any KubernetesAPI, settings: Settings = Settings()) {
        self.api = api
        self.settings = settings
    }

    public func credentials(for request: CredentialRequest) async throws(TriggerFailure) -> [String: String] {
        let isCluster = request.kind == .clusterTriggerAuthentication
        let type = isCluster ? ResourceType.clusterTriggerAuthentication : .triggerAuthentication
        let key = ObjectKey(namespace: isCluster ? "" : request.namespace, name: request.name)
        let spec = try await self.object(type, key, as: "\(request.kind.rawValue) '\(request.name)'").spec
        var lookup = CredentialLookup(subject: "\(request.kind.rawValue) '\(request.name)'")
        lookup.refuseUnsupported(spec)
        if let path = spec["filePath"]?.stringValue, !path.isEmpty {
            guard isCluster else {
                throw TriggerFailure(
                    .invalid,
                    "\(lookup.subject) has a filePath, which only the cluster's own may have"
                )
            }
            lookup.parameters = try self.file(path, subject: lookup.subject)
        }
        let namespace = isCluster ? self.settings.clusterNamespace : request.namespace
        try await self.add(spec["configMapTargetRef"], of: .configMap, in: namespace, to: &lookup)
        try await self.add(spec["secretTargetRef"], of: .secret, in: namespace, to: &lookup)
        Self.addVariables(spec["env"], request, to: &lookup)
        return try lookup.finish()
    }

    private func add(
        _ references: JSONValue?,
        of type: ResourceType,
        in namespace: String,
        to lookup: inout CredentialLookup
    ) async throws(TriggerFailure) {
        var objects: [String: KubernetesObject] = [:]
        for reference in references?.arrayValue ?? [] {
            let name = reference["name"]?.stringValue ?? ""
            let key = reference["key"]?.stringValue ?? ""
            let subject = "\(type.kind) '\(name)' in namespace '\(namespace)'"
            if objects[name] == nil {
                do {
                    objects[name] = try await self.object(
                        type,
                        ObjectKey(namespace: namespace, name: name),
                        as: subject
                    )
                } catch  where error.kind == .invalid {
                    lookup.miss(error.description)
                }
            }
            guard let object = objects[name] else { continue }
            guard let value = Self.value(key, of: object, isSecret: type == .secret) else {
                lookup.miss("\(subject) has no key '\(key)'")
                continue
            }
            lookup.parameters[reference["parameter"]?.stringValue ?? ""] = value
        }
    }

    private static func value(_ key: String, of object: KubernetesObject, isSecret: Bool) -> String? {
        guard let text = object.json["data"]?[key]?.stringValue else {
            return isSecret ? object.json["stringData"]?[key]?.stringValue : nil
        }
        guard isSecret else { return text }
        return Data(base64Encoded: text).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func addVariables(
        _ references: JSONValue?,
        _ request: CredentialRequest,
        to lookup: inout CredentialLookup
    ) {
        for reference in references?.arrayValue ?? [] {
            let name = reference["name"]?.stringValue ?? ""
            let container =
                reference["containerName"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
                ?? request.defaultContainer
            guard let container else {
                lookup.miss("the variable '\(name)' is that of a target which is not there")
                continue
            }
            guard let value = request.environments[container]?[name] else {
                lookup.miss("the target's container '\(container)' has no environment variable '\(name)'")
                continue
            }
            lookup.parameters[reference["parameter"]?.stringValue ?? ""] = value
        }
    }

    /// A JSON object of texts in a file below the folder of the settings.
    private func file(_ path: String, subject: String) throws(TriggerFailure) -> [String: String] {
        guard let folder = self.settings.fileFolder else {
            throw TriggerFailure(.invalid, "\(subject) has a filePath, but no folder for such files is set")
        }
        guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
            throw TriggerFailure(.invalid, "\(subject): the filePath '\(path)' must be relative and without '..'")
        }
        guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(path)") else {
            throw TriggerFailure(.invalid, "\(subject): there is no file '\(path)' that can be read")
        }
        guard let members = (try? JSONParser.parse(Array(bytes)))?.objectValue else {
            throw TriggerFailure(.invalid, "\(subject): the file '\(path)' is no JSON object of texts")
        }
        return Dictionary(members.compactMap { key, value in value.stringValue.map { (key, $0) } }) { $1 }
    }

    private func object(
        _ type: ResourceType,
        _ key: ObjectKey,
        as subject: String
    ) async throws(TriggerFailure) -> KubernetesObject {
        do {
            return try await self.api.get(type, key)
        } catch  where error.code == .notFound {
            throw TriggerFailure(.invalid, "there is no \(subject)")
        } catch {
            throw TriggerFailure(error)
        }
    }
}

/// What was found so far, and what was not.
private struct CredentialLookup {
    let subject: String
    var parameters: [String: String] = [:]
    private var problems: [String] = []

    init(subject: String) {
        self.subject = subject
    }

    mutating func miss(_ sentence: String) {
        if !self.problems.contains(sentence) { self.problems.append(sentence) }
    }

    /// Names every way to credentials that KEDA knows and this program does not.
    mutating func refuseUnsupported(_ spec: JSONValue) {
        let unsupported = [
            "hashiCorpVault", "azureKeyVault", "gcpSecretManager", "awsSecretManager", "boundServiceAccountToken",
            "oauth2",
        ]
        for field in unsupported where spec[field] != nil && spec[field] != .null && spec[field] != [] {
            self.miss("'\(field)' is not supported; use secretTargetRef")
        }
        if let provider = spec["podIdentity"]?["provider"]?.stringValue, provider != "none", !provider.isEmpty {
            self.miss("the podIdentity '\(provider)' is not supported; use secretTargetRef")
        }
    }

    func finish() throws(TriggerFailure) -> [String: String] {
        guard self.problems.isEmpty else {
            throw TriggerFailure(.invalid, "\(self.subject): \(self.problems.joined(separator: "; "))")
        }
        return self.parameters
    }
}
