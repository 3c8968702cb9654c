import ServingAPI
public import StructuredData
import Telemetry

extension PlatformStatus {
    /// The status as `/api/status` answers it; what is unknown is left out.
    public var json: JSONValue {
        [
            "time": .string(self.time.rfc3339Milliseconds), "version": .string(self.version),
            "services": .array(self.services.map(\.json)),
            "scaledObjects": .array(self.scaledObjects.map(\.json)),
        ]
    }

    /// Reads what `json` wrote; members that are not known are passed over, so that an older program reads a newer
    /// one's status.
    public init(json: JSONValue) throws(ProblemList) {
        let reader = FieldReader(json)
        let time = WallTime(rfc3339: reader.requiredString("time"))
        if time == nil { reader.report("is no RFC 3339 timestamp", at: "time") }
        self.init(
            time: time ?? WallTime(unixNanoseconds: 0),
            version: reader.requiredString("version"),
            services: reader.children("services").map(ServiceReport.init(reading:)),
            scaledObjects: reader.children("scaledObjects").map(EventScalingReport.init(reading:))
        )
        try reader.finish()
    }
}

extension ServiceReport {
    var json: JSONValue {
        .present([
            ("namespace", .string(self.namespace)), ("name", .string(self.name)),
            ("url", self.url.map { .string($0) }), ("state", .string(self.state.rawValue)),
            ("ready", self.isReady.map { .bool($0) }), ("message", self.message.map { .string($0) }),
            ("revisions", .array(self.revisions.map(\.json))), ("coldStart", self.coldStart.map(\.json)),
        ])
    }

    init(reading reader: FieldReader) {
        self.init(
            namespace: reader.requiredString("namespace"),
            name: reader.requiredString("name"),
            url: reader.string("url"),
            isReady: reader.bool("ready"),
            message: reader.string("message"),
            revisions: [],
            coldStart: reader.child("coldStart").flatMap(ColdStartReport.init(reading:))
        )
        self.revisions = reader.children("revisions").map { RevisionReport(reading: $0, namespace: self.namespace) }
    }
}

extension RevisionReport {
    var json: JSONValue {
        .present([
            ("name", .string(self.name)), ("component", .string(self.component)),
            ("trafficPercent", self.trafficPercent.map { JSONValue($0) }),
            ("desiredReplicas", self.desiredReplicas.map { JSONValue($0) }),
            ("readyReplicas", JSONValue(self.count(.ready))), ("startingReplicas", JSONValue(self.count(.starting))),
            ("drainingReplicas", JSONValue(self.count(.draining))), ("failedReplicas", JSONValue(self.count(.failed))),
            ("replicas", .array(self.replicas.map(\.json))), ("load", self.load.map(\.json)),
            ("loadPerReplica", self.loadPerReplica.map { .rounded($0) }), ("scaling", self.scaling.json),
            ("lastDecision", self.decision.map(\.json)),
            ("history", self.history.isEmpty ? nil : .some(.array(self.history.map { .rounded($0) }))),
        ])
    }

    init(reading reader: FieldReader, namespace: String) {
        let name = reader.requiredString("name")
        self.init(
            name: name,
            component: reader.requiredString("component"),
            trafficPercent: reader.int("trafficPercent"),
            desiredReplicas: reader.int("desiredReplicas"),
            replicas: reader.children("replicas").map(ReplicaReport.init(reading:)),
            load: reader.child("load").map {
                LiveLoad(reading: $0, revision: RevisionID(namespace: namespace, name: name))
            },
            scaling: ScalingReport(reading: reader.required("scaling")),
            decision: reader.child("lastDecision").map(DecisionReport.init(reading:)),
            history: (reader.value("history")?.arrayValue ?? []).compactMap(\.doubleValue)
        )
    }
}

extension ReplicaReport {
    var json: JSONValue {
        .present([
            ("name", .string(self.name)), ("state", .string(self.state.rawValue)),
            ("since", self.since.map { .string($0) }), ("restarts", JSONValue(self.restarts)),
            ("message", self.message.map { .string($0) }),
        ])
    }

    init(reading reader: FieldReader) {
        self.init(
            name: reader.requiredString("name"),
            state: reader.requiredChoice("state", otherwise: .starting),
            since: reader.string("since"),
            restarts: reader.int("restarts") ?? 0,
            message: reader.string("message")
        )
    }
}

extension LiveLoad {
    var json: JSONValue {
        [
            "inFlight": JSONValue(self.inFlight), "waiting": JSONValue(self.waiting),
            "concurrency": .rounded(self.concurrency), "requestsPerSecond": .rounded(self.requestsPerSecond),
        ]
    }

    init(reading reader: FieldReader, revision: RevisionID) {
        self.init(
            revision: revision,
            inFlight: reader.requiredInt("inFlight"),
            waiting: reader.requiredInt("waiting"),
            concurrency: reader.requiredNumber("concurrency"),
            requestsPerSecond: reader.requiredNumber("requestsPerSecond")
        )
    }
}

extension ScalingReport {
    var json: JSONValue {
        .present([
            ("metric", .string(self.metric)), ("target", .rounded(self.target)),
            ("minScale", JSONValue(self.minScale)), ("maxScale", JSONValue(self.maxScale)),
            ("panicking", self.isPanicking.map { .bool($0) }), ("stableValue", self.stableValue.map { .rounded($0) }),
            ("panicValue", self.panicValue.map { .rounded($0) }),
        ])
    }

    init(reading reader: FieldReader) {
        self.init(
            metric: reader.requiredString("metric"),
            target: reader.requiredNumber("target"),
            minScale: reader.int("minScale") ?? 0,
            maxScale: reader.int("maxScale") ?? 0,
            isPanicking: reader.bool("panicking"),
            stableValue: reader.number("stableValue"),
            panicValue: reader.number("panicValue")
        )
    }
}

extension DecisionReport {
    var json: JSONValue {
        .present([
            ("time", .string(self.time)), ("desired", self.desired.map { JSONValue($0) }),
            ("reason", .string(self.reason)),
        ])
    }

    init(reading reader: FieldReader) {
        self.init(
            time: reader.requiredString("time"),
            desired: reader.int("desired"),
            reason: reader.string("reason") ?? ""
        )
    }
}

extension ColdStartReport {
    var json: JSONValue {
        [
            "time": .string(self.time.rfc3339Milliseconds),
            "phases": .array(
                self.phases.map { ["name": .string($0.name), "milliseconds": .rounded($0.milliseconds)] }
            ),
        ]
    }

    init?(reading reader: FieldReader) {
        guard let time = WallTime(rfc3339: reader.requiredString("time")) else { return nil }
        self.init(
            time: time,
            phases: reader.children("phases").map {
                Phase(name: $0.requiredString("name"), milliseconds: $0.requiredNumber("milliseconds"))
            }
        )
    }
}

extension Activity {
    /// The activity as `/api/events` sends it.
    var json: JSONValue {
        [
            "sequence": .int(Int64(clamping: self.sequence)), "time": .string(self.time.rfc3339Milliseconds),
            "kind": .string(self.kind.rawValue), "subject": .string(self.subject), "message": .string(self.message),
            "fields": JSONValue(self.fields),
        ]
    }
}

extension JSONValue {
    /// To a thousandth, for eyes and to save bytes.
    static func rounded(_ value: Double) -> JSONValue {
        let rounded = (value * 1000).rounded() / 1000
        return Int64(exactly: rounded).map { .int($0) } ?? .double(rounded)
    }

    /// An object of the members that are known.
    static func present(_ members: [(String, JSONValue?)]) -> JSONValue {
        .object(JSONObject(members.compactMap { key, value in value.map { (key, $0) } }))
    }
}
