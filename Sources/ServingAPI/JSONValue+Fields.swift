import StructuredData

extension JSONValue {
    /// A number without a needless fraction: `60` rather than `60.0`.
    static func number(_ value: Double) -> JSONValue {
        Int64(exactly: value).map { .int($0) } ?? .double(value)
    }

    /// An object of the members that are not `nil`, in their order.
    static func object(ofPresent members: [(String, JSONValue?)]) -> JSONValue {
        .object(JSONObject(members.compactMap { key, value in value.map { (key, $0) } }))
    }

    static func strings(_ strings: [String]) -> JSONValue { .array(strings.map { .string($0) }) }

    /// A list, or nothing instead of an empty one.
    static func list(_ elements: [JSONValue]) -> JSONValue? { elements.isEmpty ? JSONValue?.none : .array(elements) }
}
