public import StructuredData

/// The fields of a core/v1 PodSpec that stand among the fields of a component: the containers, and all else as it was
/// written.
public struct PodFields: Sendable, Equatable {
    public var containers: [Container]
    public var initContainers: [Container]
    /// Every other field, `nodeSelector` and `volumes` for example, untouched.
    public var other: JSONObject

    public init(containers: [Container] = [], initContainers: [Container] = [], other: JSONObject = [:]) {
        self.containers = containers
        self.initContainers = initContainers
        self.other = other
    }

    /// Every member that core/v1 gives a PodSpec.
    static let keys: Set<String> = [
        "activeDeadlineSeconds", "affinity", "automountServiceAccountToken", "containers", "dnsConfig", "dnsPolicy",
        "enableServiceLinks", "ephemeralContainers", "hostAliases", "hostIPC", "hostNetwork", "hostPID", "hostUsers",
        "hostname", "hostnameOverride", "imagePullSecrets", "initContainers", "nodeName", "nodeSelector", "os",
        "overhead", "preemptionPolicy", "priority", "priorityClassName", "readinessGates", "resourceClaims",
        "resources", "restartPolicy", "runtimeClassName", "schedulerName", "schedulingGates", "securityContext",
        "serviceAccount", "serviceAccountName", "setHostnameAsFQDN", "shareProcessNamespace", "subdomain",
        "terminationGracePeriodSeconds", "tolerations", "topologySpreadConstraints", "volumes",
    ]

    /// Reads the fields out of an object that has others too; unknown members are left to its owner.
    init(reading reader: FieldReader) {
        self.containers = reader.children("containers").map(Container.init(readingAlone:))
        self.initContainers = reader.children("initContainers").map(Container.init(readingAlone:))
        _ = reader.string("serviceAccountName")
        _ = reader.stringMap("nodeSelector")
        _ = reader.int("terminationGracePeriodSeconds", in: 0...Int(Int32.max))
        reader.pass(Self.keys)
        let apart: Set<String> = ["containers", "initContainers"]
        self.other = JSONObject(
            reader.object.members
                .filter { Self.keys.contains($0.key) && !apart.contains($0.key) }
                .map { ($0.key, $0.value) }
        )
    }

    /// As members of the object that they stand in.
    var members: [(String, JSONValue?)] {
        [
            ("initContainers", Self.list(self.initContainers)),
            ("containers", Self.list(self.containers)),
        ] + self.other.members.map { ($0.key, $0.value) }
    }

    private static func list(_ containers: [Container]) -> JSONValue? {
        containers.isEmpty ? JSONValue?.none : .array(containers.map { .object($0.json) })
    }
}
