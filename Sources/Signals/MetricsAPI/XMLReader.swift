import StructuredData

/// Reads the elements of an XML document as an object.
///
/// Elements that come several times become a list, text becomes text. Attributes, comments and namespaces are passed over; entities of its own a document cannot define.
struct XMLReader {
    private var bytes: ArraySlice<UInt8>

    private static let depthLimit = 64

    /// An object with one member, the root.
    static func read(_ document: [UInt8]) throws(DocumentError) -> JSONValue {
        var reader = XMLReader(bytes: document[...])
        try reader.skipMarkup()
        guard let (name, value) = try reader.element(depth: 0) else {
            throw DocumentError("the answer is no XML: it has no element")
        }
        return .object(JSONObject([(name, value)]))
    }

    private init(bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    /// `nil` when no element begins here.
    private mutating func element(depth: Int) throws(DocumentError) -> (name: String, value: JSONValue)? {
        guard self.bytes.first == UInt8(ascii: "<"), self.bytes.dropFirst().first != UInt8(ascii: "/") else {
            return nil
        }
        guard depth < Self.depthLimit else { throw DocumentError("the answer is nested too deeply") }
        let tag = try self.tag()
        let name = tag.prefix { !$0.isWhitespace && $0 != "/" }
        if tag.hasSuffix("/") { return (String(name), "") }
        var text = ""
        var object = JSONObject()
        while true {
            text += self.text()
            if try self.skipOne(&text) { continue }
            if let (childName, child) = try self.element(depth: depth + 1) {
                object[childName] = Self.joined(object[childName], child)
                continue
            }
            guard !self.bytes.isEmpty, try self.tag().trimmed == "/\(name)" else {
                throw DocumentError("the answer is no XML: the element '\(name)' has no end")
            }
            return (String(name), object.isEmpty ? .string(text.trimmed) : .object(object))
        }
    }

    private static func joined(_ present: JSONValue?, _ next: JSONValue) -> JSONValue {
        switch present {
        case nil: next
        case .array(let elements)?: .array(elements + [next])
        case let present?: .array([present, next])
        }
    }

    /// What stands between `<` and `>`, which must be next.
    private mutating func tag() throws(DocumentError) -> String {
        var quote: UInt8?
        for index in self.bytes.indices.dropFirst() {
            let byte = self.bytes[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                let tag = String(
                    decoding: self.bytes[self.bytes.index(after: self.bytes.startIndex)..<index],
                    as: UTF8.self
                )
                self.bytes = self.bytes[(index + 1)...]
                return tag
            }
        }
        throw DocumentError("the answer is no XML: a tag has no end")
    }

    private mutating func text() -> String {
        let raw = self.bytes.prefix { $0 != UInt8(ascii: "<") }
        self.bytes = self.bytes.dropFirst(raw.count)
        var text = String(decoding: raw, as: UTF8.self)
        for (entity, sign) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
        where text.contains("&") {
            text = text.split(separator: entity, omittingEmptySubsequences: false).joined(separator: sign)
        }
        return text
    }

    /// Comments, declarations and processing instructions before the root.
    private mutating func skipMarkup() throws(DocumentError) {
        var ignored = ""
        repeat { ignored = self.text() } while try self.skipOne(&ignored)
    }

    /// Takes a comment, a section of characters, or an instruction off the front.
    private mutating func skipOne(_ text: inout String) throws(DocumentError) -> Bool {
        for (start, end) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")]
        where self.bytes.starts(with: start.utf8) {
            let inside = self.bytes.dropFirst(start.utf8.count)
            let mark = Array(end.utf8)
            guard let close = inside.indices.first(where: { inside[$0...].starts(with: mark) }) else {
                throw DocumentError("the answer is no XML: '\(start)' has no end")
            }
            if start == "<![CDATA[" { text += String(decoding: inside[..<close], as: UTF8.self) }
            self.bytes = inside[close...].dropFirst(mark.count)
            return true
        }
        return false
    }
}
