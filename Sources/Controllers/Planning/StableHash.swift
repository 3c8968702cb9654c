import StructuredData

/// A short name for a JSON value: equal values have equal names, today and in the next release.
///
/// FNV-1a with 64 bits over the value's text with object members in order of their keys.
struct StableHash: Sendable {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    static func text(of value: JSONValue) -> String {
        var hash = StableHash()
        hash.add(Self.sorted(value).jsonBytes())
        let digits = String(hash.state, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    private mutating func add(_ bytes: [UInt8]) {
        for byte in bytes { self.state = (self.state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    }

    private static func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements):
            .array(elements.map(Self.sorted))
        case .object(let object):
            .object(JSONObject(object.members.sorted { $0.key < $1.key }.map { ($0.key, Self.sorted($0.value)) }))
        case .null, .bool, .int, .double, .string:
            value
        }
    }
}
