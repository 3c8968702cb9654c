public import StructuredData

/// Parameters of triggers by where their values are kept.
public struct TriggerAuthenticationSpec: Sendable, Equatable {
    /// A key of a Secret or of a ConfigMap.
    public struct KeyReference: Sendable, Equatable {
        /// What the trigger calls it.
        public var parameter: String
        /// The Secret or the ConfigMap.
        public var name: String
        public var key: String

        public init(parameter: String, name: String, key: String) {
            self.parameter = parameter
            self.name = name
            self.key = key
        }
    }

    /// A variable in the environment of the target.
    public struct VariableReference: Sendable, Equatable {
        public var parameter: String
        /// The variable.
        public var name: String
        /// `nil` for the container that the ScaledObject names, or the first.
        public var containerName: String?

        public init(parameter: String, name: String, containerName: String? = nil) {
            self.parameter = parameter
            self.name = name
            self.containerName = containerName
        }
    }

    public var secretTargetRef: [KeyReference]
    public var configMapTargetRef: [KeyReference]
    public var env: [VariableReference]
    /// A file of parameters, for ClusterTriggerAuthentications.
    public var filePath: String?
    /// What this program does not read, by name, as it was written.
    public var other: JSONObject

    public init(
        secretTargetRef: [KeyReference] = [],
        configMapTargetRef: [KeyReference] = [],
        env: [VariableReference] = [],
        filePath: String? = nil
    ) {
        self.secretTargetRef = secretTargetRef
        self.configMapTargetRef = configMapTargetRef
        self.env = env
        self.filePath = filePath
        self.other = [:]
    }
}

extension TriggerAuthenticationSpec {
    /// Where KEDA can fetch credentials from and this program cannot.
    private static let foreignSources = [
        "hashiCorpVault", "azureKeyVault", "gcpSecretManager", "awsSecretManager", "boundServiceAccountToken", "oauth2",
    ]

    init(reading reader: FieldReader, isCluster: Bool) {
        self.secretTargetRef = reader.children("secretTargetRef").map(KeyReference.init(reading:))
        self.configMapTargetRef = reader.children("configMapTargetRef").map(KeyReference.init(reading:))
        self.env = reader.children("env").map(VariableReference.init(reading:))
        self.filePath = reader.string("filePath")
        self.other = [:]
        if self.filePath != nil, !isCluster {
            let message = "is for ClusterTriggerAuthentications only; use 'secretTargetRef'"
            reader.report(message, at: "filePath")
        }
        for key in Self.foreignSources {
            guard let value = reader.value(key), value != [] else { continue }
            self.other[key] = value
            reader.report("is not supported; put the credentials into a Secret and use 'secretTargetRef'", at: key)
        }
        if let identity = reader.child("podIdentity") {
            self.other["podIdentity"] = .object(identity.object)
            let provider = identity.string("provider") ?? "none"
            if provider != "none", !provider.isEmpty {
                let message = "is '\(provider)', but identities of clouds are not supported; use 'secretTargetRef'"
                identity.report(message, at: "provider")
            }
        }
        self.reportDoubles(reader)
        reader.refuseUnknownMembers()
    }

    /// Of two values for one parameter nobody knows which counts.
    private func reportDoubles(_ reader: FieldReader) {
        var first: [String: String] = [:]
        let lists = [
            ("configMapTargetRef", self.configMapTargetRef.map(\.parameter)),
            ("secretTargetRef", self.secretTargetRef.map(\.parameter)), ("env", self.env.map(\.parameter)),
        ]
        for (key, parameters) in lists {
            for (index, parameter) in parameters.enumerated() where !parameter.isEmpty {
                let path = reader.path.member(key).element(index).member("parameter")
                if let other = first[parameter] {
                    reader.report("is '\(parameter)', which \(other) gives already", at: path)
                } else {
                    first[parameter] = path.description
                }
            }
        }
    }

    public var json: JSONValue {
        .object(
            ofPresent: [
                ("secretTargetRef", .list(self.secretTargetRef.map(\.json))),
                ("configMapTargetRef", .list(self.configMapTargetRef.map(\.json))),
                ("env", .list(self.env.map(\.json))), ("filePath", self.filePath.map { .string($0) }),
            ] + self.other.members.map { ($0.key, $0.value) }
        )
    }
}

extension TriggerAuthenticationSpec.KeyReference {
    init(reading reader: FieldReader) {
        self.init(
            parameter: reader.requiredString("parameter"),
            name: reader.requiredString("name"),
            key: reader.requiredString("key")
        )
        reader.refuseUnknownMembers()
    }

    var json: JSONValue {
        ["parameter": .string(self.parameter), "name": .string(self.name), "key": .string(self.key)]
    }
}

extension TriggerAuthenticationSpec.VariableReference {
    init(reading reader: FieldReader) {
        self.init(
            parameter: reader.requiredString("parameter"),
            name: reader.requiredString("name"),
            containerName: reader.string("containerName").flatMap { $0.isEmpty ? nil : $0 }
        )
        reader.refuseUnknownMembers()
    }

    var json: JSONValue {
        .object(ofPresent: [
            ("parameter", .string(self.parameter)), ("name", .string(self.name)),
            ("containerName", self.containerName.map { .string($0) }),
        ])
    }
}
