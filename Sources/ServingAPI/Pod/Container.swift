public import StructuredData

/// A container as core/v1 defines it: typed access to what this program reads, and all else as it was written.
public struct Container: Sendable, Equatable {
    public var json: JSONObject

    public init(json: JSONObject = [:]) {
        self.json = json
    }

    public init(name: String, image: String? = nil, command: [String] = [], args: [String] = []) {
        self.json = [:]
        self.name = name
        self.image = image
        self.command = command
        self.args = args
    }

    public var name: String? {
        get { self.json["name"]?.stringValue }
        set { self.json["name"] = newValue.map { .string($0) } }
    }

    public var image: String? {
        get { self.json["image"]?.stringValue }
        set { self.json["image"] = newValue.map { .string($0) } }
    }

    public var workingDir: String? { self.json["workingDir"]?.stringValue }

    /// Empty when the image's own entry point is meant.
    public var command: [String] {
        get { Self.strings(self.json["command"]) }
        set { self.json["command"] = Self.list(newValue) }
    }

    public var args: [String] {
        get { Self.strings(self.json["args"]) }
        set { self.json["args"] = Self.list(newValue) }
    }

    public var env: [EnvironmentVariable] {
        get { (self.json["env"]?.arrayValue ?? []).compactMap { $0.objectValue.map(EnvironmentVariable.init(json:)) } }
        set { self.json["env"] = newValue.isEmpty ? nil : .array(newValue.map { .object($0.json) }) }
    }

    public var ports: [ContainerPort] {
        (self.json["ports"]?.arrayValue ?? []).compactMap(ContainerPort.init(json:))
    }

    /// Amounts by resource name; empty when nothing is asked for.
    public var requests: [String: Quantity] { Self.amounts(self.json["resources"]?["requests"]) }
    public var limits: [String: Quantity] { Self.amounts(self.json["resources"]?["limits"]) }

    /// The port to send requests to: the first declared one, else what the image is known to listen on, else 8080.
    public var servingPort: Int {
        if let port = self.ports.first?.containerPort { return port }
        let repository = self.image?.split(separator: "@")[0].split(separator: ":")[0] ?? ""
        return repository.hasSuffix("vllm/vllm-openai") ? 8000 : 8080
    }

    private static func strings(_ value: JSONValue?) -> [String] { (value?.arrayValue ?? []).compactMap(\.stringValue) }

    private static func list(_ strings: [String]) -> JSONValue? { strings.isEmpty ? nil : .strings(strings) }

    private static func amounts(_ value: JSONValue?) -> [String: Quantity] {
        var amounts: [String: Quantity] = [:]
        for (name, value) in value?.objectValue ?? [:] { amounts[name] = Quantity(json: value) }
        return amounts
    }
}

extension Container {
    /// Every member that core/v1 gives a container.
    static let keys: Set<String> = [
        "name", "image", "command", "args", "workingDir", "ports", "envFrom", "env", "resources", "resizePolicy",
        "restartPolicy", "restartPolicyRules", "volumeMounts", "volumeDevices", "livenessProbe", "readinessProbe",
        "startupProbe", "lifecycle", "terminationMessagePath", "terminationMessagePolicy", "imagePullPolicy",
        "securityContext", "stdin", "stdinOnce", "tty",
    ]

    /// Reads a container that may share its object with fields of other kinds, and checks what this program relies on.
    ///
    /// Unknown members are left to the owner of the object.
    init(reading reader: FieldReader) {
        _ = reader.string("name")
        _ = reader.string("image")
        _ = reader.string("workingDir")
        _ = reader.strings("command")
        _ = reader.strings("args")
        for variable in reader.children("env") { EnvironmentVariable.check(variable) }
        for port in reader.children("ports") { ContainerPort.check(port) }
        if let resources = reader.child("resources") {
            _ = resources.quantities("requests")
            _ = resources.quantities("limits")
            resources.refuseUnknownMembers(alsoKnown: ["claims"])
        }
        reader.pass(Self.keys)
        self.json = JSONObject(reader.object.members.filter { Self.keys.contains($0.key) }.map { ($0.key, $0.value) })
    }

    /// Reads an object that is a container and nothing else.
    init(readingAlone reader: FieldReader) {
        self.init(reading: reader)
        reader.refuseUnknownMembers()
    }
}
