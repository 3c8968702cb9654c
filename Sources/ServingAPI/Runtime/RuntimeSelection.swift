import StructuredData

/// What a model asks of a runtime.
public struct RuntimeRequest: Sendable, Equatable {
    public var namespace: String
    public var format: ModelSpec.Format
    /// The runtime by name, or `nil` to choose one by format.
    public var runtime: String?
    public var protocolVersion: ProtocolVersion?
    public var isMultiNode: Bool

    public init(
        namespace: String,
        format: ModelSpec.Format,
        runtime: String? = nil,
        protocolVersion: ProtocolVersion? = nil,
        isMultiNode: Bool = false
    ) {
        self.namespace = namespace
        self.format = format
        self.runtime = runtime
        self.protocolVersion = protocolVersion
        self.isMultiNode = isMultiNode
    }
}

/// The runtime that a model gets, and how to speak to it.
public struct RuntimeSelection: Sendable, Equatable {
    public let runtime: ServingRuntime
    /// What was asked for, else the runtime's preferred one; `nil` when neither says.
    public let protocolVersion: ProtocolVersion?
}

/// Why a model gets no runtime.
public struct RuntimeSelectionError: Error, Sendable, Equatable, CustomStringConvertible {
    public let reason: ModelStatus.Failure.Reason
    /// A sentence that says what there is instead.
    public let message: String

    public var description: String { "\(self.message) [\(self.reason.rawValue)]" }
}

extension RuntimeRequest {
    /// What the predictor of `service` asks for; `nil` when it brings containers of its own.
    public init?(_ service: InferenceService) {
        guard let model = service.spec.predictor.anyModel, let format = model.format else { return nil }
        self.init(
            namespace: service.namespace,
            format: format,
            runtime: model.runtime,
            protocolVersion: model.protocolVersion,
            isMultiNode: service.spec.predictor.worker != nil
        )
    }

    /// Finds the runtime, exactly as KServe does, but for one thing: where no protocol is asked for and no runtime
    /// speaks v1, any protocol will do.
    ///
    /// - Parameter runtimes: Of all namespaces and of the cluster.
    public func select(from runtimes: [ServingRuntime]) throws(RuntimeSelectionError) -> RuntimeSelection {
        let local = runtimes.filter { !$0.isClusterScoped && $0.metadata.namespace == self.namespace }
        let ofCluster = runtimes.filter(\.isClusterScoped)
        if let name = self.runtime { return try self.select(named: name, from: local + ofCluster) }
        // The namespace goes first: any of its runtimes beats every one of the cluster.
        let wishes: [ProtocolVersion?] = self.protocolVersion.map { [$0] } ?? [.v1, nil]
        for wish in wishes {
            let found = self.candidates(in: local, speaking: wish) + self.candidates(in: ofCluster, speaking: wish)
            if let first = found.first { return self.selection(first) }
        }
        throw self.noSupportingRuntime(among: local + ofCluster)
    }

    // MARK: By name

    private func select(
        named name: String,
        from runtimes: [ServingRuntime]
    ) throws(RuntimeSelectionError) -> RuntimeSelection {
        guard let runtime = runtimes.first(where: { $0.name == name }) else {
            let known = runtimes.map(\.name).sorted().joined(separator: ", ")
            throw RuntimeSelectionError(
                reason: .runtimeNotRecognized,
                message: "there is no runtime '\(name)'; there are: \(known.isEmpty ? "none" : known)"
            )
        }
        guard !runtime.spec.isDisabled else {
            throw RuntimeSelectionError(reason: .runtimeDisabled, message: "the runtime '\(name)' is disabled")
        }
        if let version = self.protocolVersion, !runtime.spec.speaks(version) {
            let known = runtime.spec.protocolVersions.map(\.rawValue).joined(separator: ", ")
            throw RuntimeSelectionError(
                reason: .noSupportingRuntime,
                message: "the runtime '\(name)' does not speak \(version.rawValue); it speaks \(known)"
            )
        }
        guard runtime.spec.supportedModelFormats.contains(where: self.matches) else {
            let known = runtime.spec.supportedModelFormats.map(\.label).joined(separator: ", ")
            throw RuntimeSelectionError(
                reason: .noSupportingRuntime,
                message: "the runtime '\(name)' does not serve the format '\(self.format.label)'; it serves \(known)"
            )
        }
        return self.selection(runtime)
    }

    // MARK: By format

    private func candidates(in runtimes: [ServingRuntime], speaking version: ProtocolVersion?) -> [ServingRuntime] {
        let kept = runtimes.sorted(by: Self.isBefore).filter { runtime in
            let spec = runtime.spec
            return !spec.isDisabled && !spec.isMultiModel && (spec.worker != nil) == self.isMultiNode
                && spec.supportedModelFormats.contains { $0.isAutoSelected && self.matches($0) }
                && (version.map(spec.speaks) ?? true)
        }
        // Priority goes by the name of the format, whatever its version; without one a runtime comes last.
        let priorities = kept.map { runtime in
            runtime.spec.supportedModelFormats.first { $0.name == self.format.name }?.priority ?? 0
        }
        return kept.indices.sorted { (priorities[$1], $0) < (priorities[$0], $1) }.map { kept[$0] }
    }

    private func matches(_ entry: ServingRuntimeSpec.SupportedFormat) -> Bool {
        entry.name == self.format.name && (self.format.version == nil || entry.version == self.format.version)
    }

    /// By protocol, then the newest first, then by name.
    private static func isBefore(_ left: ServingRuntime, _ right: ServingRuntime) -> Bool {
        let ranks = [left, right].map { $0.spec.preferredProtocol?.rank ?? ProtocolVersion.allCases.count }
        if ranks[0] != ranks[1] { return ranks[0] < ranks[1] }
        let created = [left, right].map { $0.metadata.json["creationTimestamp"]?.stringValue ?? "" }
        return created[0] == created[1] ? left.name < right.name : created[0] > created[1]
    }

    private func selection(_ runtime: ServingRuntime) -> RuntimeSelection {
        RuntimeSelection(
            runtime: runtime,
            protocolVersion: self.protocolVersion ?? runtime.spec.preferredProtocol
        )
    }

    private func noSupportingRuntime(among runtimes: [ServingRuntime]) -> RuntimeSelectionError {
        let formats = runtimes.filter { !$0.spec.isDisabled && !$0.spec.isMultiModel }
            .flatMap { $0.spec.supportedModelFormats.filter(\.isAutoSelected).map(\.label) }
        let known = Set(formats).sorted().joined(separator: ", ")
        let version = self.protocolVersion.map { " over the protocol \($0.rawValue)" } ?? ""
        let nodes = self.isMultiNode ? " on several nodes" : ""
        return RuntimeSelectionError(
            reason: .noSupportingRuntime,
            message: "no runtime serves the format '\(self.format.label)'\(version)\(nodes); "
                + "formats that are served: \(known.isEmpty ? "none" : known)"
        )
    }
}

extension ModelSpec.Format {
    /// `onnx`, or `onnx:1` with a version.
    public var label: String { self.version.map { "\(self.name):\($0)" } ?? self.name }
}

extension ServingRuntimeSpec.SupportedFormat {
    var label: String { self.version.map { "\(self.name):\($0)" } ?? self.name }
}
