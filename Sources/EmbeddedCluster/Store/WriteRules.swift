import KubernetesClient
import StructuredData

/// The API server's rules for writing one kind of object, as functions of what is stored and what is asked for.
///
/// Admission, which may differ from installation to installation, comes after them.
struct WriteRules {
    let type: ResourceType
    private let traits: KindTraits

    init(_ type: ResourceType) {
        self.type = type
        self.traits = type.traits
    }

    // MARK: Creation

    /// The object as it will be stored, but for its resource version.
    func newObject(from request: KubernetesObject, now: String) throws(KubernetesError) -> KubernetesObject {
        var object = try self.named(request)
        guard object.resourceVersion == nil else {
            throw .about(.badRequest, self.type, object.key, "resourceVersion must not be set on a new object")
        }
        if self.traits.hasStatus { object.json["status"] = nil }
        if self.type == .pod { object.status = ["phase": "Pending"] }
        object.metadata["uid"] = .string(RandomNames.uid())
        object.metadata["creationTimestamp"] = .string(now)
        object.metadata["deletionTimestamp"] = nil
        object.metadata["deletionGracePeriodSeconds"] = nil
        object.metadata["generation"] = self.traits.countsGenerations ? 1 : nil
        return object
    }

    private func named(_ request: KubernetesObject) throws(KubernetesError) -> KubernetesObject {
        var object = request
        if object.name.isEmpty, let prefix = object.metadata["generateName"]?.stringValue, !prefix.isEmpty {
            object.name = prefix + RandomNames.suffix()
        }
        if !self.type.isNamespaced {
            object.metadata["namespace"] = nil
        } else if object.namespace.isEmpty {
            object.namespace = "default"
        }
        try self.checkKind(&object)
        guard Self.isName(object.name), !self.type.isNamespaced || Self.isName(object.namespace) else {
            throw .invalid(
                self.type,
                object.key,
                at: Self.isName(object.name) ? "metadata.namespace" : "metadata.name",
                object.name.isEmpty
                    ? "is required"
                    : "must consist of lower-case letters, digits, '-' and '.', begin and end with a letter or digit, "
                        + "and have at most 253 characters"
            )
        }
        return object
    }

    private func checkKind(_ object: inout KubernetesObject) throws(KubernetesError) {
        if object.json["kind"] == nil { object.json["kind"] = .string(self.type.kind) }
        if object.json["apiVersion"] == nil { object.json["apiVersion"] = .string(self.type.apiVersion) }
        guard object.kind == self.type.kind, object.apiVersion == self.type.apiVersion else {
            throw .about(
                .badRequest,
                self.type,
                object.key,
                "the object is \(object.apiVersion) \(object.kind), "
                    + "\(self.type.apiVersion) \(self.type.kind) was expected"
            )
        }
    }

    /// Whether the text is a DNS subdomain (RFC 1123), as names of objects must be.
    private static func isName(_ name: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        let bytes = name.utf8
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 253 else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && bytes.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
    }

    // MARK: Replacement

    /// Refuses a write that was made for another state of the object, or for another object of that name.
    func checkPreconditions(
        of request: KubernetesObject,
        on stored: KubernetesObject
    ) throws(KubernetesError) {
        if !request.uid.isEmpty, request.uid != stored.uid {
            throw .about(
                .conflict,
                self.type,
                stored.key,
                "uid \(request.uid) was expected, the object bearing the name has \(stored.uid)"
            )
        }
        guard let version = request.resourceVersion, !version.isEmpty else { return }
        guard version == stored.resourceVersion else {
            throw .about(
                .conflict,
                self.type,
                stored.key,
                "the object has changed: version \(version) was expected, it is \(stored.resourceVersion ?? "none")"
            )
        }
    }

    /// `stored` with everything but `status` and what the server owns taken from `request`.
    func replacement(
        of stored: KubernetesObject,
        with request: KubernetesObject
    ) throws(KubernetesError) -> KubernetesObject {
        var object = request
        try self.checkKind(&object)
        for owned in [
            "name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
            "deletionGracePeriodSeconds",
        ] {
            object.metadata[owned] = stored.metadata[owned]
        }
        if self.traits.hasStatus { object.json["status"] = stored.json["status"] }
        if stored.isDeleting {
            let added = Set(object.finalizers).subtracting(stored.finalizers)
            guard added.isEmpty else {
                throw .invalid(
                    self.type,
                    stored.key,
                    at: "metadata.finalizers",
                    "no finalizer can be added to an object that is being deleted: \(added.sorted())"
                )
            }
        }
        return object
    }

    /// `stored` with nothing but the part that `subresource` names taken from `request`.
    func replacement(
        of stored: KubernetesObject,
        with request: KubernetesObject,
        subresource: Subresource
    ) throws(KubernetesError) -> KubernetesObject {
        var object = stored
        switch subresource {
        case .status where self.traits.hasStatus:
            object.json["status"] = request.json["status"]
        case .scale where self.traits.isScalable:
            guard let replicas = request.spec["replicas"]?.intValue, replicas >= 0 else {
                throw .invalid(self.type, stored.key, at: "spec.replicas", "must be a whole number, 0 or more")
            }
            object.spec["replicas"] = JSONValue(replicas)
        default:
            throw .about(.notFound, self.type, stored.key, "the kind has no subresource '\(subresource.rawValue)'")
        }
        return object
    }

    /// Refuses an update that does not say what it replaces, for kinds that insist.
    func checkVersionIsGiven(_ request: KubernetesObject) throws(KubernetesError) {
        guard self.traits.needsVersionToUpdate, request.resourceVersion ?? "" == "" else { return }
        throw .invalid(self.type, request.key, at: "metadata.resourceVersion", "must be given for an update")
    }

    /// The generation that `object` has as the successor of `stored`.
    func generation(of object: KubernetesObject, after stored: KubernetesObject) -> Int? {
        guard self.traits.countsGenerations else { return nil }
        func essence(_ object: KubernetesObject) -> JSONValue {
            var json = object.json
            json["metadata"] = nil
            if self.traits.hasStatus { json["status"] = nil }
            return json
        }
        return essence(object) == essence(stored) ? stored.generation : stored.generation + 1
    }

    /// The `Scale` of an object, as its subresource shows it.
    func scale(of object: KubernetesObject) -> KubernetesObject {
        var scale = KubernetesObject(json: ["apiVersion": "autoscaling/v1", "kind": "Scale"])
        for field in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
            scale.metadata[field] = object.metadata[field]
        }
        scale.spec["replicas"] = object.spec["replicas"] ?? 0
        scale.status["replicas"] = object.status["replicas"] ?? 0
        return scale
    }
}

extension KubernetesObject {
    var finalizers: [String] {
        (self.metadata["finalizers"]?.arrayValue ?? []).compactMap(\.stringValue)
    }

    /// Nothing holds the object any longer once it is being deleted and no grace is left.
    var isReleased: Bool {
        self.isDeleting && self.finalizers.isEmpty && self.metadata["deletionGracePeriodSeconds"]?.intValue ?? 0 == 0
    }
}
