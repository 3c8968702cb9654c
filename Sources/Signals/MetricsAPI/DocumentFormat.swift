import StructuredData
import YAMLReading

/// How a document is written in which a number stands.
enum DocumentFormat: String, CaseIterable, Sendable {
    case json, xml, yaml, prometheus

    /// Refuses a location that no document can have.
    func check(_ location: String) throws(DocumentError) {
        switch self {
        case .json: _ = try JSONLocation(location)
        case .prometheus: _ = try SampleSelector(location)
        case .xml, .yaml: break
        }
    }

    /// The number at a location; a quantity such as `1.5k` written as text counts as one.
    func number(at location: String, in body: [UInt8]) throws(DocumentError) -> Double {
        switch self {
        case .json:
            let document: JSONValue
            do {
                document = try JSONParser.parse(body)
            } catch {
                throw DocumentError("the answer is no JSON: \(error)")
            }
            return try Self.number(try JSONLocation(location).value(in: document), at: location)
        case .yaml:
            let (documents, problem) = YAMLDocument.all(in: String(decoding: body, as: UTF8.self))
            guard let document = documents.first, problem == nil else {
                throw DocumentError("the answer is no YAML: \(problem?.description ?? "it is empty")")
            }
            return try Self.number(try JSONLocation(plain: location).value(in: document.value), at: location)
        case .xml:
            let document = try XMLReader.read(body)
            // Elements may be named from the root or from what it holds.
            let path = JSONLocation(plain: location)
            let inRoot = document.objectValue?.members.first?.value ?? .null
            let value = if let found = path.find(in: document) { found } else { try path.value(in: inRoot) }
            return try Self.number(value, at: location)
        case .prometheus:
            return try SampleSelector(location).value(in: String(decoding: body, as: UTF8.self))
        }
    }

    private static func number(_ value: JSONValue, at location: String) throws(DocumentError) -> Double {
        if let number = value.doubleValue, number.isFinite { return number }
        if let text = value.stringValue {
            if let quantity = Quantity(text.trimmed) { return quantity.value }
            throw DocumentError("at '\(location)' is the text '\(text.prefix(60))', which is no number")
        }
        throw DocumentError("at '\(location)' is a \(value.typeName), not a number")
    }
}

/// Why a document has no number; one sentence.
struct DocumentError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
