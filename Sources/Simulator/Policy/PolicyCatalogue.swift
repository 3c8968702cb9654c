/// The policies that a scenario can name.
public struct PolicyCatalogue: Sendable {
    /// In the order in which they are listed to people.
    public private(set) var factories: [PolicyFactory]

    public init(_ factories: [PolicyFactory]) {
        self.factories = []
        for factory in factories { self.add(factory) }
    }

    /// Adds a policy; one of the same name gives way.
    public mutating func add(_ factory: PolicyFactory) {
        self.factories.removeAll { $0.description.name == factory.description.name }
        self.factories.append(factory)
    }

    public subscript(name: String) -> PolicyFactory? {
        self.factories.first { $0.description.name == name }
    }
}
