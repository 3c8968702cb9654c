import StructuredData

/// Where one component stands: its revisions and their traffic.
public struct ComponentStatus: Sendable, Equatable {
    /// A share of the traffic, in Knative's form.
    public struct Traffic: Sendable, Equatable {
        public var revisionName: String
        public var isLatestRevision: Bool
        public var percent: Int
        public var tag: String?
        public var url: String?

        public init(
            revisionName: String,
            isLatestRevision: Bool,
            percent: Int,
            tag: String? = nil,
            url: String? = nil
        ) {
            self.revisionName = revisionName
            self.isLatestRevision = isLatestRevision
            self.percent = percent
            self.tag = tag
            self.url = url
        }
    }

    public var latestReadyRevision: String?
    public var latestCreatedRevision: String?
    public var previousRolledoutRevision: String?
    public var latestRolledoutRevision: String?
    public var traffic: [Traffic]
    public var url: String?
    public var restUrl: String?
    public var grpcUrl: String?
    /// Inside the cluster.
    public var addressUrl: String?

    public init(
        latestReadyRevision: String? = nil,
        latestCreatedRevision: String? = nil,
        previousRolledoutRevision: String? = nil,
        latestRolledoutRevision: String? = nil,
        traffic: [Traffic] = [],
        url: String? = nil,
        restUrl: String? = nil,
        grpcUrl: String? = nil,
        addressUrl: String? = nil
    ) {
        self.latestReadyRevision = latestReadyRevision
        self.latestCreatedRevision = latestCreatedRevision
        self.previousRolledoutRevision = previousRolledoutRevision
        self.latestRolledoutRevision = latestRolledoutRevision
        self.traffic = traffic
        self.url = url
        self.restUrl = restUrl
        self.grpcUrl = grpcUrl
        self.addressUrl = addressUrl
    }

    init(json: JSONValue) {
        self.latestReadyRevision = json["latestReadyRevision"]?.stringValue
        self.latestCreatedRevision = json["latestCreatedRevision"]?.stringValue
        self.previousRolledoutRevision = json["previousRolledoutRevision"]?.stringValue
        self.latestRolledoutRevision = json["latestRolledoutRevision"]?.stringValue
        self.traffic = (json["traffic"]?.arrayValue ?? []).map { part in
            Traffic(
                revisionName: part["revisionName"]?.stringValue ?? "",
                isLatestRevision: part["latestRevision"]?.boolValue ?? false,
                percent: part["percent"]?.intValue ?? 0,
                tag: part["tag"]?.stringValue,
                url: part["url"]?.stringValue
            )
        }
        self.url = json["url"]?.stringValue
        self.restUrl = json["restUrl"]?.stringValue
        self.grpcUrl = json["grpcUrl"]?.stringValue
        self.addressUrl = json["address"]?["url"]?.stringValue
    }

    var json: JSONValue {
        .object(ofPresent: [
            ("latestReadyRevision", self.latestReadyRevision.map { .string($0) }),
            ("latestCreatedRevision", self.latestCreatedRevision.map { .string($0) }),
            ("previousRolledoutRevision", self.previousRolledoutRevision.map { .string($0) }),
            ("latestRolledoutRevision", self.latestRolledoutRevision.map { .string($0) }),
            ("traffic", .list(self.traffic.map(\.json))),
            ("url", self.url.map { .string($0) }),
            ("restUrl", self.restUrl.map { .string($0) }),
            ("grpcUrl", self.grpcUrl.map { .string($0) }),
            ("address", self.addressUrl.map { ["url": .string($0)] }),
        ])
    }
}

extension ComponentStatus.Traffic {
    var json: JSONValue {
        .object(ofPresent: [
            ("revisionName", .string(self.revisionName)),
            ("latestRevision", .bool(self.isLatestRevision)),
            ("percent", JSONValue(self.percent)),
            ("tag", self.tag.map { .string($0) }),
            ("url", self.url.map { .string($0) }),
        ])
    }
}
