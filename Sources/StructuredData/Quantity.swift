/// An amount of a resource as Kubernetes writes it: `100m`, `2Gi`, `1.5`, `1e3`.
public struct Quantity: Sendable, Equatable, CustomStringConvertible {
    /// As it was written.
    public let text: String
    /// In whole units: cores, bytes, devices.
    public let value: Double

    /// Reads `text`, or returns `nil` when it is no quantity.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        var end = 0
        if let sign = bytes.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { end += 1 }
        let digitsStart = end
        while end < bytes.count, Self.isDigit(bytes[end]) || bytes[end] == UInt8(ascii: ".") { end += 1 }
        let digits = bytes[digitsStart..<end]
        guard digits.contains(where: Self.isDigit), digits.count(where: { !Self.isDigit($0) }) <= 1, digits.count <= 64
        else { return nil }
        // `.5` and `5.` are quantities, but not numbers to the parser of the standard library.
        let number = Double("0" + String(decoding: digits, as: UTF8.self) + "0".suffix(digits.last == 0x2E ? 1 : 0))
        guard let number, let factor = Self.factor(of: String(decoding: bytes[end...], as: UTF8.self)) else {
            return nil
        }
        self.text = text
        self.value = (bytes.first == UInt8(ascii: "-") ? -number : number) * factor
    }

    /// A string, or a number as YAML authors often write it.
    public init?(json: JSONValue) {
        switch json {
        case .string(let text): self.init(text)
        case .int(let number): self.init(String(number))
        case .double(let number): self.init(String(number))
        case .null, .bool, .array, .object: return nil
        }
    }

    public var description: String { self.text }

    /// Equal amounts are equal however they are written: `1` and `1000m`.
    public static func == (left: Quantity, right: Quantity) -> Bool { left.value == right.value }

    private static func factor(of suffix: String) -> Double? {
        if let factor = Self.suffixes[suffix] { return factor }
        guard let first = suffix.first, first == "e" || first == "E", let exponent = Int(suffix.dropFirst()) else {
            return nil
        }
        guard (-30...30).contains(exponent) else { return nil }
        var factor = 1.0
        for _ in 0..<abs(exponent) { factor *= 10 }
        return exponent < 0 ? 1 / factor : factor
    }

    private static let suffixes: [String: Double] = [
        "": 1, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
        "Ki": 1024, "Mi": 1_048_576, "Gi": 1_073_741_824, "Ti": 1_099_511_627_776, "Pi": 1_125_899_906_842_624,
        "Ei": 1_152_921_504_606_846_976,
    ]

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
