import StructuredData

/// How far the model of a service has come.
public struct ModelStatus: Sendable, Equatable {
    public enum Transition: String, Sendable, CaseIterable {
        case upToDate = "UpToDate"
        case inProgress = "InProgress"
        case blockedByFailedLoad = "BlockedByFailedLoad"
        case invalidSpec = "InvalidSpec"
    }

    public enum State: String, Sendable, CaseIterable {
        case pending = "Pending"
        case standby = "Standby"
        case loading = "Loading"
        case loaded = "Loaded"
        case failedToLoad = "FailedToLoad"
    }

    /// Why a model does not serve.
    public struct Failure: Sendable, Equatable {
        public enum Reason: String, Sendable, CaseIterable {
            case modelLoadFailed = "ModelLoadFailed"
            case runtimeUnhealthy = "RuntimeUnhealthy"
            case runtimeDisabled = "RuntimeDisabled"
            case noSupportingRuntime = "NoSupportingRuntime"
            case runtimeNotRecognized = "RuntimeNotRecognized"
            case invalidPredictorSpec = "InvalidPredictorSpec"
            case invalidWorkerSpecNotSet = "InvalidWorkerSpecNotSet"
            case invalidGPUAllocation = "InvalidGPUAllocation"
        }

        public var reason: Reason
        public var message: String
        /// The pod, if it was one.
        public var location: String?
        public var modelRevisionName: String?
        /// RFC 3339.
        public var time: String?
        public var exitCode: Int?

        public init(
            _ reason: Reason,
            message: String,
            location: String? = nil,
            modelRevisionName: String? = nil,
            time: String? = nil,
            exitCode: Int? = nil
        ) {
            self.reason = reason
            self.message = message
            self.location = location
            self.modelRevisionName = modelRevisionName
            self.time = time
            self.exitCode = exitCode
        }
    }

    public var transition: Transition?
    public var activeState: State?
    public var targetState: State?
    public var lastFailure: Failure?
    /// Pods; `nil` while unknown.
    public var totalCopies: Int?
    public var failedCopies: Int

    public init(
        transition: Transition? = nil,
        activeState: State? = nil,
        targetState: State? = nil,
        lastFailure: Failure? = nil,
        totalCopies: Int? = nil,
        failedCopies: Int = 0
    ) {
        self.transition = transition
        self.activeState = activeState
        self.targetState = targetState
        self.lastFailure = lastFailure
        self.totalCopies = totalCopies
        self.failedCopies = failedCopies
    }

    init(json: JSONValue) {
        func read<Choice: RawRepresentable<String>>(_ value: JSONValue?) -> Choice? {
            value?.stringValue.flatMap(Choice.init(rawValue:))
        }
        self.transition = read(json["transitionStatus"])
        self.activeState = read(json["states"]?["activeModelState"])
        self.targetState = read(json["states"]?["targetModelState"])
        self.totalCopies = json["copies"]?["totalCopies"]?.intValue
        self.failedCopies = json["copies"]?["failedCopies"]?.intValue ?? 0
        self.lastFailure = nil
        if let failure = json["lastFailureInfo"], let reason: Failure.Reason = read(failure["reason"]) {
            self.lastFailure = Failure(
                reason,
                message: failure["message"]?.stringValue ?? "",
                location: failure["location"]?.stringValue,
                modelRevisionName: failure["modelRevisionName"]?.stringValue,
                time: failure["time"]?.stringValue,
                exitCode: failure["exitCode"]?.intValue
            )
        }
    }

    var json: JSONValue {
        let states: [(String, JSONValue?)] = [
            ("activeModelState", self.activeState.map { .string($0.rawValue) }),
            ("targetModelState", self.targetState.map { .string($0.rawValue) }),
        ]
        let hasStates = self.activeState != nil || self.targetState != nil
        return .object(ofPresent: [
            ("transitionStatus", self.transition.map { .string($0.rawValue) }),
            ("states", hasStates ? .object(ofPresent: states) : JSONValue?.none),
            ("lastFailureInfo", self.lastFailure.map(\.json)),
            (
                "copies",
                self.totalCopies.map { ["failedCopies": JSONValue(self.failedCopies), "totalCopies": JSONValue($0)] }
            ),
        ])
    }
}

extension ModelStatus.Failure {
    var json: JSONValue {
        .object(ofPresent: [
            ("location", self.location.map { .string($0) }),
            ("reason", .string(self.reason.rawValue)),
            ("message", .string(self.message)),
            ("modelRevisionName", self.modelRevisionName.map { .string($0) }),
            ("time", self.time.map { .string($0) }),
            ("exitCode", self.exitCode.map { JSONValue($0) }),
        ])
    }
}
