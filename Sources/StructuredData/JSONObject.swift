/// The members of a JSON object in the order in which they were written.
///
/// Lookup compares keys one after another up to sixteen members, the common case, and through an index above, so that
/// an object with many members costs no quadratic time.
public struct JSONObject: Sendable {
    public typealias Member = (key: String, value: JSONValue)

    public private(set) var members: [Member] = []
    private var index: [String: Int]?

    private static let indexedAbove = 16

    public init() {}

    /// Of several members with one key, the last one stands, in the place of the first.
    public init(_ members: [(String, JSONValue)]) {
        self.members.reserveCapacity(members.count)
        for (key, value) in members { self[key] = value }
    }

    public var count: Int { self.members.count }
    public var isEmpty: Bool { self.members.isEmpty }
    public var keys: [String] { self.members.map(\.key) }

    public subscript(key: String) -> JSONValue? {
        get { self.position(of: key).map { self.members[$0].value } }
        set {
            switch (self.position(of: key), newValue) {
            case (let position?, let value?):
                self.members[position].value = value
            case (let position?, nil):
                self.members.remove(at: position)
                self.index = nil
                self.indexIfLarge()
            case (nil, let value?):
                self.members.append((key, value))
                self.index?[key] = self.members.count - 1
                if self.index == nil { self.indexIfLarge() }
            case (nil, nil):
                break
            }
        }
    }

    private func position(of key: String) -> Int? {
        if let index { return index[key] }
        return self.members.firstIndex { $0.key == key }
    }

    private mutating func indexIfLarge() {
        guard self.members.count > Self.indexedAbove else { return }
        self.index = Dictionary(uniqueKeysWithValues: self.members.enumerated().map { ($1.key, $0) })
    }
}

extension JSONObject: Equatable {
    /// Objects are equal when their members are, whatever the order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.key] == $0.value }
    }
}

extension JSONObject: Sequence {
    public func makeIterator() -> IndexingIterator<[Member]> { self.members.makeIterator() }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
