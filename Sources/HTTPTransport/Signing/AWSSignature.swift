import Hashing

/// Who signs a request to Amazon's services, and for which region and service.
///
/// Signature version 4: the signature covers the method, the address, every header that the request carries when it is
/// signed, and the body. Sign last.
public struct AWSSignature: Sendable, Hashable {
    public let accessKeyID: String
    public let secretAccessKey: String
    /// Of temporary credentials.
    public let sessionToken: String?
    public let region: String
    public let service: String

    public init(
        accessKeyID: String,
        secretAccessKey: String,
        sessionToken: String? = nil,
        region: String,
        service: String
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.region = region
        self.service = service
    }

    /// Adds the headers that prove who sends the request.
    ///
    /// - Parameter time: Now, as `20150830T123600Z`; the service refuses what is off by minutes.
    public func sign(_ request: inout HTTPClientRequest, time: String) {
        let address = Address(request.url)
        request.headers["host"] = address.host
        request.headers["x-amz-date"] = time
        if let sessionToken { request.headers["x-amz-security-token"] = sessionToken }
        let fields = request.headers.fields.map { ($0.name.lowercased(), Self.collapsed($0.value)) }
            .sorted { $0.0 < $1.0 }
        let names = fields.map(\.0).joined(separator: ";")
        let canonical = [
            request.method, address.path, address.query, fields.map { "\($0.0):\($0.1)\n" }.joined(), names,
            SHA256.hexDigest(of: request.body ?? []),
        ].joined(separator: "\n")
        let scope = "\(time.prefix(8))/\(self.region)/\(self.service)/aws4_request"
        let text = "AWS4-HMAC-SHA256\n\(time)\n\(scope)\n" + SHA256.hexDigest(of: canonical.utf8)
        let signature = SHA256.hex(Self.code(self.key(day: String(time.prefix(8))), text))
        request.headers["authorization"] =
            "AWS4-HMAC-SHA256 Credential=\(self.accessKeyID)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
    }

    private func key(day: String) -> [UInt8] {
        [day, self.region, self.service, "aws4_request"].reduce(Array("AWS4\(self.secretAccessKey)".utf8), Self.code)
    }

    private static func code(_ key: [UInt8], _ text: String) -> [UInt8] {
        SHA256.authenticationCode(of: text.utf8, key: key)
    }

    /// Without blanks at the ends, and one for several within.
    private static func collapsed(_ value: String) -> String {
        value.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
    }

    /// The parts of an address as the signature wants them.
    private struct Address {
        let host: String
        let path: String
        let query: String

        /// The path and the query are taken to be percent-encoded.
        init(_ url: String) {
            let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
            let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            let after = rest.dropFirst(authority.count)
            let path = after.prefix { $0 != "?" && $0 != "#" }
            self.host = String(authority)
            self.path = path.isEmpty ? "/" : String(path)
            let query = after.dropFirst(path.count).dropFirst().prefix { $0 != "#" }
            self.query = query.split(separator: "&").map { $0.contains("=") ? String($0) : "\($0)=" }.sorted()
                .joined(separator: "&")
        }
    }
}
