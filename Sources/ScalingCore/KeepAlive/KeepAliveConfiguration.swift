public import StructuredData

/// Which rule keeps a service loaded, and its numbers.
public struct KeepAliveConfiguration: Sendable, Equatable {
    public let name: KeepAliveName
    /// Every parameter of the rule; durations in seconds.
    public let parameters: [String: Double]

    /// Parameters that are not given have their defaults; what the rule does not know is left out.
    public init(_ name: KeepAliveName, parameters: [String: Double] = [:]) {
        self.name = name
        self.parameters = Dictionary(
            uniqueKeysWithValues: name.parameters.map { parameter in
                let given = parameters[parameter.name] ?? parameter.defaultValue
                let value = given.isNaN ? parameter.defaultValue : given
                return (parameter.name, min(max(value, parameter.range.lowerBound), parameter.range.upperBound))
            }
        )
    }

    /// Reads a rule by its name and refuses what it does not know, everything at once.
    public init(named text: String, parameters: [String: Double]) throws(ProblemList) {
        guard let name = KeepAliveName(rawValue: text) else {
            let names = KeepAliveName.allCases.map(\.rawValue)
            let hint = NearestName.hint(for: text, among: names)
            let list = names.joined(separator: ", ")
            throw ProblemList([Problem(path: "policy", message: "is '\(text)', but must be one of \(list)\(hint)")])
        }
        let problems = parameters.sorted { $0.key < $1.key }.compactMap { name.problem(of: $0.key, $0.value) }
        guard problems.isEmpty else { throw ProblemList(problems) }
        self.init(name, parameters: parameters)
    }

    /// The value of a parameter that the rule has.
    subscript(parameter: String) -> Double { self.parameters[parameter] ?? 0 }
}

extension KeepAliveName {
    fileprivate func problem(of key: String, _ value: Double) -> Problem? {
        guard let parameter = self.parameters.first(where: { $0.name == key }) else {
            let names = self.parameters.map(\.name)
            let known = names.isEmpty ? "it has none" : "it has " + names.joined(separator: ", ")
            let hint = NearestName.hint(for: key, among: names)
            return Problem(path: key, message: "is no parameter of '\(self.rawValue)'; \(known)\(hint)")
        }
        guard !parameter.range.contains(value) else { return nil }
        let least = NumberText.of(parameter.range.lowerBound, digits: 4)
        let most = NumberText.of(parameter.range.upperBound, digits: 4)
        return Problem(
            path: key,
            message: "is \(NumberText.of(value, digits: 4)), but must be from \(least) to \(most)"
        )
    }
}
