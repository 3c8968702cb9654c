import ScalingCore
import StructuredData
public import Timekeeping

/// A policy in any language: a program that reads one JSON object a line and answers each question with one line.
///
/// `docs/policies.md` has the protocol. The program is asked only at decisions; what happened in between is told in one
/// piece with the question. A program that is silent, talks nonsense or ends is given up: nothing changes from then on,
/// and every explanation says why.
public struct SubprocessPolicy: ScalingPolicy {
    /// What was said to and heard from the program, shared by copies: a process cannot be copied.
    private let conversation: PolicyConversation
    private let indices: [Int]
    private let tickSeconds: Double
    private var wakes: [Int: MonotonicInstant?]
    private var pending: [Int: [JSONValue]] = [:]
    private var explanations: [Int: String] = [:]

    /// Things that happened between two questions; beyond so many only the newest are told.
    static let mostPending = 256

    public static let factory = PolicyFactory(
        description: PolicyDescription(
            name: "subprocess",
            summary: "Asks a program, in any language, by lines of JSON.",
            parameters: parameters
        ),
        problems: { reference in
            var problems = ParameterCheck.problems(of: reference, known: parameters, others: ["command", "parameters"])
            if case .list(let words) = reference.parameters["command"], !words.isEmpty { return problems }
            problems.append(Problem(path: "command", message: "is required: the program and its arguments, as a list"))
            return problems
        },
        make: { SubprocessPolicy($0) }
    )

    private static let parameters = [
        PolicyDescription.Parameter(
            name: "timeout",
            summary: "How long an answer may take, in real time.",
            unit: "seconds",
            standard: 5,
            range: 0.01...600
        ),
        .init(
            name: "tick",
            summary: "How often it is asked when it does not say itself when to be asked again.",
            unit: "seconds",
            standard: 2,
            range: 0.1...86_400
        ),
    ]

    init(_ context: PolicyContext) {
        var command: [String] = []
        if case .list(let words) = context.parameters.parameters["command"] { command = words }
        self.indices = context.services.map(\.index)
        self.tickSeconds = context.parameters.number("tick") ?? 2
        self.wakes = Dictionary(uniqueKeysWithValues: context.services.map { ($0.index, context.now) })
        self.conversation = PolicyConversation(
            command: command,
            timeoutSeconds: context.parameters.number("timeout") ?? 5
        )
        self.conversation.greet(Self.greeting(context))
    }

    public var interests: PolicyInterests { [.samples, .wakes, .idleness, .replicas] }

    public mutating func observe(_ sample: MetricSample, now: MonotonicInstant) -> Bool {
        var event: JSONValue = ["event": "sample", "at": .double(now.seconds(since: .zero))]
        event["concurrency"] = .double(sample.averageConcurrency)
        event["requestsPerSecond"] = .double(sample.requestsPerSecond)
        if let lag = sample.lag { event["lag"] = JSONValue(lag) }
        self.remember(event, of: sample.service)
        return false
    }

    public mutating func noticed(_ event: PolicyEvent, now: MonotonicInstant) -> Bool {
        var told: JSONValue = ["event": .string("\(event.kind)"), "at": .double(now.seconds(since: .zero))]
        if event.seconds > 0 { told["seconds"] = .double(event.seconds) }
        self.remember(told, of: event.service)
        return event.kind == .queueGrew || event.kind == .becameIdle
    }

    public mutating func decide(_ view: PolicyView, now: MonotonicInstant, actions: inout [PolicyAction]) {
        self.wakes[view.service] = now.advanced(by: .seconds(self.tickSeconds))
        let question = Self.question(view, events: self.pending[view.service] ?? [], now: now)
        self.pending[view.service] = nil
        guard let answer = self.conversation.ask(question) else {
            // Whoever does not answer is not asked again.
            self.wakes[view.service] = .some(nil)
            self.explanations[view.service] = self.conversation.failure ?? "the program does not answer"
            return
        }
        self.explanations[view.service] = answer["reason"]?.stringValue ?? "the program said so"
        for action in answer["actions"]?.arrayValue ?? [] {
            guard let action = self.action(action, service: view.service, now: now) else {
                self.wakes[view.service] = .some(nil)
                self.conversation.fail("its answer holds an action that makes no sense: \(action.jsonText())")
                return
            }
            actions.append(action)
        }
        if let seconds = answer["askAfter"]?.doubleValue, seconds > 0, seconds < 1e9 {
            self.wakes[view.service] = now.advanced(by: .seconds(seconds))
        } else if answer["askAfter"] == .some(.null) {
            self.wakes[view.service] = .some(nil)
        }
    }

    public func nextWake(service: Int, after now: MonotonicInstant) -> MonotonicInstant? {
        self.wakes[service].flatMap(\.self).map { max($0, now.advanced(byNanoseconds: 1)) }
    }

    public func explanation(service: Int) -> String {
        self.conversation.failure ?? self.explanations[service] ?? ""
    }

    // MARK: The protocol

    private static func greeting(_ context: PolicyContext) -> JSONValue {
        var parameters = JSONObject()
        for (key, value) in context.parameters.parameters.sorted(by: { $0.key < $1.key }) where key != "command" {
            switch value {
            case .number(let number): parameters[key] = .double(number)
            case .text(let text): parameters[key] = .string(text)
            case .flag(let flag): parameters[key] = .bool(flag)
            case .list(let list): parameters[key] = .array(list.map { .string($0) })
            }
        }
        let services = context.services.map { service -> JSONValue in
            let scaling = service.model.scaling
            var json: JSONValue = ["service": JSONValue(service.index), "name": .string(service.model.name)]
            json["target"] = .double(scaling.target)
            json["minScale"] = JSONValue(scaling.minScale)
            json["maxScale"] = JSONValue(scaling.maxScale)
            if let seconds = service.meanStartSeconds { json["startSeconds"] = .double(seconds) }
            return json
        }
        return [
            "type": "hello", "protocol": 1, "services": .array(services), "parameters": .object(parameters),
        ]
    }

    private static func question(_ view: PolicyView, events: [JSONValue], now: MonotonicInstant) -> JSONValue {
        var json: JSONValue = ["type": "decide", "now": .double(now.seconds(since: .zero))]
        json["service"] = JSONValue(view.service)
        json["ready"] = JSONValue(view.ready)
        json["idle"] = JSONValue(view.idle)
        json["starting"] = JSONValue(view.starting)
        json["draining"] = JSONValue(view.draining)
        json["waiting"] = JSONValue(view.waiting)
        json["inFlight"] = JSONValue(view.inFlight)
        json["desired"] = JSONValue(view.desired)
        json["events"] = .array(events)
        return json
    }

    private func action(_ json: JSONValue, service: Int, now: MonotonicInstant) -> PolicyAction? {
        let service = json["service"]?.intValue ?? service
        guard self.indices.contains(service) else { return nil }
        if let replicas = json["setReplicas"]?.intValue, (0...1_000_000).contains(replicas) {
            return .setReplicas(replicas, service: service)
        }
        if let replicas = json["preWarm"]?.intValue, (0...1_000_000).contains(replicas),
            let after = json["after"]?.doubleValue, (0...1e9).contains(after)
        {
            return .preWarm(replicas, at: now.advanced(by: .seconds(after)), service: service)
        }
        if let seconds = json["expireIdle"]?.doubleValue, (0...1e9).contains(seconds) {
            return .expireIdle(afterSeconds: seconds, service: service)
        }
        return nil
    }

    private mutating func remember(_ event: JSONValue, of service: Int) {
        var events = self.pending.removeValue(forKey: service) ?? []
        if events.count == Self.mostPending { events.removeFirst() }
        events.append(event)
        self.pending[service] = events
    }
}
