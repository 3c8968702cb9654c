import HTTPTypes
import Hummingbird
import KubernetesClient
import StructuredData
import Telemetry

/// Shows the objects of the API under the addresses of Kubernetes, for reading: `kubectl --server http://… get isvc`.
struct KubernetesGateway: Sendable {
    let api: any KubernetesAPI
    let discovery: Discovery
    let logs: PodLogAnswer
    let streams: StreamGate
    let version: String

    /// `nil` when the address is none of the API's.
    func answer(_ request: Request, path: String, query: Query) async -> Response? {
        if path == "/version" { return .json(self.versionDocument) }
        guard let path = APIPath(path) else { return nil }
        do throws(KubernetesError) {
            return switch path {
            case .coreVersions: .json(self.discovery.coreVersions)
            case .groups: .json(self.discovery.groups)
            case .group(let name): try self.document(self.discovery.group(name), "the group \(name)")
            case .resources(let group, let version):
                try self.document(
                    self.discovery.resources(group: group, version: version),
                    group.isEmpty ? version : "\(group)/\(version)"
                )
            case .objects(let target): try await self.objects(target, request, query)
            }
        } catch {
            return StatusDocument(error).answer
        }
    }

    private var versionDocument: JSONValue {
        ["major": "1", "minor": "31", "gitVersion": .string("v1.31.0+pilotlight-\(self.version)"), "platform": "linux"]
    }

    private func document(_ json: JSONValue?, _ subject: String) throws(KubernetesError) -> Response {
        guard let json else {
            throw KubernetesError(.notFound, subject: subject, message: "is not served here")
        }
        return .json(json)
    }

    private func objects(
        _ target: APIPath.Target,
        _ request: Request,
        _ query: Query
    ) async throws(KubernetesError) -> Response {
        guard let type = self.type(of: target) else {
            let group = target.group.isEmpty ? target.version : "\(target.group)/\(target.version)"
            throw KubernetesError(.notFound, subject: "\(target.plural) of \(group)", message: "are not served here")
        }
        guard let name = target.name else { return try await self.list(type, target.namespace, request, query) }
        guard type.isNamespaced == (target.namespace != nil) else {
            throw KubernetesError(
                .badRequest,
                subject: "\(type) \(name)",
                message: type.isNamespaced ? "the address lacks the namespace" : "the kind has no namespace"
            )
        }
        let key = ObjectKey(namespace: target.namespace ?? "", name: name)
        switch target.subresource {
        case nil, "status":
            let object = Redaction.redacted(try await self.api.get(type, key))
            guard Self.wantsTable(request) else { return .json(object.json) }
            let table = TableDocument(type: type, now: .now())
            return .json(table.json([object], resourceVersion: object.resourceVersion ?? ""))
        case "log" where type == .pod: return try await self.logs.answer(pod: key, request, query)
        case let other?:
            throw KubernetesError(.notFound, subject: "\(type) \(key)", message: "has no \(other) here")
        }
    }

    private func type(of target: APIPath.Target) -> ResourceType? {
        self.discovery.types.lazy.map(\.type).first {
            $0.group == target.group && $0.version == target.version && $0.plural == target.plural
        }
    }

    private func list(
        _ type: ResourceType,
        _ namespace: String?,
        _ request: Request,
        _ query: Query
    ) async throws(KubernetesError) -> Response {
        let filter = try ObjectFilter(labelSelector: query["labelSelector"], fieldSelector: query["fieldSelector"])
        if query.isOn("watch") {
            let watch = KubernetesWatch(
                api: self.api,
                type: type,
                namespace: namespace,
                filter: filter,
                from: query["resourceVersion"].flatMap { $0.isEmpty || $0 == "0" ? nil : $0 },
                timeout: query["timeoutSeconds"].flatMap(Int.init).map { .seconds(max(0, $0)) }
            )
            return self.streams.stream("application/json", for: request) { await watch.run(into: $0) }
        }
        let list = try await self.api.list(type, namespace: namespace, selector: .everything)
        let items = list.items.filter(filter.matches).map { Redaction.redacted($0) }
        guard !Self.wantsTable(request) else {
            return .json(TableDocument(type: type, now: .now()).json(items, resourceVersion: list.resourceVersion))
        }
        return .json([
            "kind": .string("\(type.kind)List"), "apiVersion": .string(type.apiVersion),
            "metadata": ["resourceVersion": .string(list.resourceVersion)], "items": .array(items.map(\.json)),
        ])
    }

    private static func wantsTable(_ request: Request) -> Bool {
        TableDocument.isWanted(accept: request.headers[.accept])
    }
}
