public import KubernetesClient
public import StructuredData

/// What the API does to objects of one kind before it stores them: fills in defaults, then looks for mistakes.
///
/// Rules run under the store's lock, in the order in which they were given: they must be quick, pure and must not call
/// the API.
public struct AdmissionRule: Sendable {
    public let type: ResourceType
    let fill: @Sendable (inout KubernetesObject) -> Void
    let check: @Sendable (_ object: KubernetesObject, _ old: KubernetesObject?) -> [Problem]
    /// Mistakes that only show beside the other objects of the kind in the namespace.
    let checkAmong: (@Sendable (_ object: KubernetesObject, _ others: [KubernetesObject]) -> [Problem])?

    /// - Parameters:
    ///   - fill: Puts defaults where nothing was written.
    ///   - check: Every mistake of `object`, which replaces `old` (`nil` when it is new).
    public init(
        _ type: ResourceType,
        fill: @escaping @Sendable (inout KubernetesObject) -> Void = { _ in },
        check: @escaping @Sendable (_ object: KubernetesObject, _ old: KubernetesObject?) -> [Problem] = { _, _ in [] }
    ) {
        self.type = type
        self.fill = fill
        self.check = check
        self.checkAmong = nil
    }

    /// - Parameter checkAmong: Every mistake of `object` beside the others of its kind in its namespace; asked when the
    ///   object is new or its `spec` has changed.
    public init(
        _ type: ResourceType,
        checkAmong: @escaping @Sendable (_ object: KubernetesObject, _ others: [KubernetesObject]) -> [Problem]
    ) {
        self.type = type
        self.fill = { _ in }
        self.check = { _, _ in [] }
        self.checkAmong = checkAmong
    }
}

/// Every rule of the API, by kind.
struct Admission: Sendable {
    private let rules: [ResourceType: [AdmissionRule]]

    init(_ rules: [AdmissionRule]) {
        self.rules = Dictionary(grouping: rules, by: \.type)
    }

    /// The object with its defaults, or `invalid` with all its mistakes.
    ///
    /// - Parameter others: The objects of the kind in the namespace, that of the same name among them.
    func admit(
        _ type: ResourceType,
        _ object: KubernetesObject,
        old: KubernetesObject?,
        others: () -> [KubernetesObject]
    ) throws(KubernetesError) -> KubernetesObject {
        guard let rules = self.rules[type] else { return object }
        var object = object
        for rule in rules { rule.fill(&object) }
        var problems = rules.flatMap { $0.check(object, old) }
        let rulesAmong = rules.compactMap(\.checkAmong)
        if !rulesAmong.isEmpty, old?.spec != object.spec {
            let others = others().filter { $0.name != object.name }
            problems += rulesAmong.flatMap { $0(object, others) }
        }
        guard problems.isEmpty else { throw .invalid(type, object.key, problems) }
        return object
    }
}
