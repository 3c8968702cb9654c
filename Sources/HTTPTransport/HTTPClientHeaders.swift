/// Header fields in the order in which they travel; names compare without regard to case.
public struct HTTPClientHeaders: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    public struct Field: Sendable, Equatable {
        public let name: String
        public let value: String
    }

    public private(set) var fields: [Field] = []

    public init() {}

    public init(dictionaryLiteral elements: (String, String)...) {
        self.fields = elements.map { Field(name: $0.0, value: $0.1) }
    }

    /// Adds a field behind those that are there, also when one has that name.
    public mutating func add(_ name: String, _ value: String) {
        self.fields.append(Field(name: name, value: value))
    }

    /// The first field of that name; assigning replaces all of them, `nil` removes them.
    public subscript(name: String) -> String? {
        get { self.fields.first { Self.isEqual($0.name, name) }?.value }
        set {
            self.fields.removeAll { Self.isEqual($0.name, name) }
            if let newValue { self.add(name, newValue) }
        }
    }

    /// The values of all fields of that name.
    public func values(_ name: String) -> [String] {
        self.fields.filter { Self.isEqual($0.name, name) }.map(\.value)
    }

    private static func isEqual(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count
            && zip(left.utf8, right.utf8).allSatisfy { Self.lowered($0) == Self.lowered($1) }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
