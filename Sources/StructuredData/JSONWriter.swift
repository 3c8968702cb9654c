extension JSONValue {
    /// The value as JSON text in UTF-8, members in their own order.
    ///
    /// Numbers that JSON cannot say (infinities, not-a-number) become `null`.
    public func jsonBytes(indentation: Int? = nil) -> [UInt8] {
        var writer = JSONWriter(indentation: indentation)
        writer.write(self, depth: 0)
        return writer.bytes
    }

    /// The value as JSON text; `indentation` spaces a level, or everything on one line.
    public func jsonText(indentation: Int? = nil) -> String {
        String(decoding: self.jsonBytes(indentation: indentation), as: UTF8.self)
    }
}

private struct JSONWriter {
    let indentation: Int?
    var bytes: [UInt8] = []

    init(indentation: Int?) {
        self.indentation = indentation
    }

    mutating func write(_ value: JSONValue, depth: Int) {
        switch value {
        case .null: self.append("null")
        case .bool(let value): self.append(value ? "true" : "false")
        case .int(let value): self.append(String(value))
        case .double(let value): self.append(value.isFinite ? "\(value)" : "null")
        case .string(let value): self.write(string: value)
        case .array(let elements):
            self.writeList("[", "]", elements, depth: depth) { writer, element in
                writer.write(element, depth: depth + 1)
            }
        case .object(let object):
            self.writeList("{", "}", object.members, depth: depth) { writer, member in
                writer.write(string: member.key)
                writer.append(writer.indentation == nil ? ":" : ": ")
                writer.write(member.value, depth: depth + 1)
            }
        }
    }

    private mutating func writeList<Element>(
        _ opening: String,
        _ closing: String,
        _ elements: [Element],
        depth: Int,
        _ body: (inout JSONWriter, Element) -> Void
    ) {
        self.append(opening)
        for (position, element) in elements.enumerated() {
            if position > 0 { self.append(",") }
            self.breakLine(depth: depth + 1)
            body(&self, element)
        }
        if !elements.isEmpty { self.breakLine(depth: depth) }
        self.append(closing)
    }

    private mutating func breakLine(depth: Int) {
        guard let indentation else { return }
        self.bytes.append(0x0A)
        self.bytes.append(contentsOf: repeatElement(0x20, count: indentation * depth))
    }

    private mutating func write(string: String) {
        self.bytes.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""): self.append("\\\"")
            case UInt8(ascii: "\\"): self.append("\\\\")
            case 0x0A: self.append("\\n")
            case 0x0D: self.append("\\r")
            case 0x09: self.append("\\t")
            case 0..<0x20: self.append(byte < 0x10 ? "\\u000" : "\\u00", String(byte, radix: 16))
            default: self.bytes.append(byte)
            }
        }
        self.bytes.append(UInt8(ascii: "\""))
    }

    private mutating func append(_ pieces: String...) {
        for piece in pieces { self.bytes.append(contentsOf: piece.utf8) }
    }
}
