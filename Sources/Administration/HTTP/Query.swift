/// The parameters of a request's query.
struct Query {
    private let values: [String: String]

    /// - Parameter text: What stands behind the question mark, `nil` or empty for nothing. Of a name that stands twice
    ///   the first value counts.
    init(_ text: String?) {
        var values: [String: String] = [:]
        for part in (text ?? "").split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(pair[0]), values[name] == nil else { continue }
            values[name] = pair.count > 1 ? Self.decoded(pair[1]) ?? "" : ""
        }
        self.values = values
    }

    subscript(name: String) -> String? { self.values[name] }

    /// Whether a switch is on: named without a value, or with anything but `0` and `false`.
    func isOn(_ name: String) -> Bool {
        guard let value = self.values[name] else { return false }
        return value != "0" && value != "false"
    }

    /// The text with every `%xx` and `+` resolved; `nil` when that is no UTF-8 or an escape is broken.
    static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst(), let low = rest.popFirst(),
                    let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
                else { return nil }
                bytes.append(value)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
