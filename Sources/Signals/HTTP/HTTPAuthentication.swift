import Foundation
import HTTPTransport

/// How a trigger that speaks HTTP says who it is: KEDA's `authModes`.
struct HTTPAuthentication: Sendable {
    enum Mode: String, CaseIterable, Sendable {
        case apiKey, basic, tls, bearer, custom, oauth
    }

    var trust = HTTPClients.Trust()
    var headers: [(name: String, value: String)] = []
    var query: [(name: String, value: String)] = []
    /// Where to get a token that expires.
    var oauth: OAuthGrant?

    /// For triggers that read their credentials themselves.
    init(trust: HTTPClients.Trust, headers: [(name: String, value: String)]) {
        self.trust = trust
        self.headers = headers
    }

    /// - Parameter modes: Those that the type of trigger has.
    init(_ metadata: MetadataReader, modes allowed: [Mode] = Mode.allCases) {
        self.trust.verifiesServer = !metadata.flag("unsafeSsl")
        self.trust.certificateAuthority = metadata.text("ca", from: .credentials)
        let modes = Self.modes(metadata, allowed: allowed)
        for mode in modes { self.apply(mode, metadata) }
        let exclusive = modes.filter { [.basic, .bearer, .oauth].contains($0) }
        if exclusive.count > 1 {
            let names = exclusive.map { "'\($0.rawValue)'" }.joined(separator: " and ")
            metadata.report("\(names) exclude each other: a request has one Authorization", at: "authModes")
        }
    }

    private static func modes(_ metadata: MetadataReader, allowed: [Mode]) -> [Mode] {
        let origins: MetadataReader.Origins = [.credentials, .metadata]
        let plural = metadata.list("authModes", from: origins)
        let key = plural.isEmpty ? "authMode" : "authModes"
        return (plural.isEmpty ? metadata.list("authMode", from: origins) : plural).compactMap { name in
            if let mode = Mode(rawValue: name), allowed.contains(mode) { return mode }
            let names = allowed.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            metadata.report("is '\(name)', but must be one of \(names)", at: key)
            return nil
        }
    }

    private mutating func apply(_ mode: Mode, _ metadata: MetadataReader) {
        switch mode {
        case .bearer:
            let token = metadata.text("bearerToken", from: .credentials) ?? metadata.text("token", from: .credentials)
            if let token {
                self.headers.append(("authorization", "Bearer \(token)"))
            } else {
                _ = metadata.requiredText("bearerToken", from: .credentials)
            }
        case .basic:
            let user = metadata.requiredText("username", from: .credentials)
            let password = metadata.text("password", from: .credentials) ?? ""
            self.headers.append(("authorization", Self.basic(user, password)))
        case .tls:
            self.trust.certificate = metadata.requiredText("cert", from: .credentials)
            self.trust.key = metadata.requiredText("key", from: .credentials)
        case .custom:
            let name = metadata.requiredText("customAuthHeader", from: .credentials)
            self.headers.append((name, metadata.requiredText("customAuthValue", from: .credentials)))
        case .apiKey: self.applyKey(metadata)
        case .oauth: self.oauth = OAuthGrant(metadata)
        }
    }

    private mutating func applyKey(_ metadata: MetadataReader) {
        enum Method: String, CaseIterable {
            case header, query
        }
        let origins: MetadataReader.Origins = [.credentials, .metadata]
        let key = metadata.requiredText("apiKey", from: origins)
        let name = metadata.text("keyParamName", from: origins)
        switch metadata.choice("method", from: origins, default: Method.header) {
        case .header: self.headers.append((name ?? "X-API-KEY", key))
        case .query: self.query.append((name ?? "api_key", key))
        }
    }

    static func basic(_ user: String, _ password: String) -> String {
        "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
    }
}
