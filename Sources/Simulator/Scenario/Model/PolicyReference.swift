/// A scaling policy by name, with its parameters.
public struct PolicyReference: Sendable, Hashable {
    public enum Value: Sendable, Hashable {
        case number(Double)
        case text(String)
        case flag(Bool)
        case list([String])
    }

    public var name: String
    public var parameters: [String: Value]
    /// Services that name the same group share one policy, which then sees them all; `nil`: a policy of its own.
    public var group: String?

    public init(name: String, parameters: [String: Value] = [:], group: String? = nil) {
        self.name = name
        self.parameters = parameters
        self.group = group
    }

    public func number(_ name: String) -> Double? {
        guard case .number(let value) = self.parameters[name] else { return nil }
        return value
    }

    public func text(_ name: String) -> String? {
        guard case .text(let value) = self.parameters[name] else { return nil }
        return value
    }

    public func flag(_ name: String) -> Bool? {
        guard case .flag(let value) = self.parameters[name] else { return nil }
        return value
    }
}
