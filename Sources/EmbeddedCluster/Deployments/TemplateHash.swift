import StructuredData

/// A short name for a JSON value, the same for values that differ only in the order of their members.
enum TemplateHash {
    /// Letters and digits that may stand in a name and form no words.
    private static let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")

    static func text(of value: JSONValue) -> String {
        // FNV-1a, 64 bits: stable over runs of the program, unlike Hasher.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in Self.ordered(value).jsonBytes() {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        var text = ""
        for _ in 0..<10 {
            text.append(Self.alphabet[Int(hash % UInt64(Self.alphabet.count))])
            hash /= UInt64(Self.alphabet.count)
        }
        return text
    }

    private static func ordered(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            .object(
                JSONObject(object.members.sorted { $0.key < $1.key }.map { ($0.key, Self.ordered($0.value)) })
            )
        case .array(let elements): .array(elements.map(Self.ordered))
        default: value
        }
    }
}
