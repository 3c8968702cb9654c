import HTTPTypes
import Hummingbird
import StructuredData

extension Response {
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok, indented: Bool = false) -> Response {
        var bytes = value.jsonBytes(indentation: indented ? 2 : nil)
        bytes.append(0x0A)
        return .of(bytes, "application/json; charset=utf-8", status: status)
    }

    static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        .of(Array(text.utf8), "text/plain; charset=utf-8", status: status)
    }

    static func of(_ bytes: [UInt8], _ contentType: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }
}

extension HTTPFields {
    /// Sets a field by a name that is known to be one.
    mutating func set(_ name: String, _ value: String) {
        guard let name = HTTPField.Name(name) else { preconditionFailure("not a header name: '\(name)'") }
        self[name] = value
    }
}
