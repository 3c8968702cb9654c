import Autoscaler
import HTTPTransport
import StructuredData
import Telemetry
import Timekeeping

/// What an OAuth 2 client shows to get a token (RFC 6749, 4.4).
struct OAuthGrant: Sendable, Hashable {
    let tokenURL: String
    let clientID: String
    let clientSecret: String
    let scopes: [String]
    /// Further fields of the form, as `a=b&c=d`.
    let parameters: String

    /// - Parameter origins: Where all but the secret may stand.
    init(_ metadata: MetadataReader, from origins: MetadataReader.Origins = .credentials) {
        self.tokenURL = metadata.requiredText("oauthTokenURI", from: origins)
        self.clientID = metadata.requiredText("clientID", from: origins)
        self.clientSecret = metadata.text("clientSecret", from: .secret) ?? ""
        let scopes = metadata.list("scopes", from: origins)
        self.scopes = scopes.isEmpty ? metadata.list("scope", from: origins) : scopes
        self.parameters = metadata.text("endpointParams", from: origins) ?? ""
    }

    var form: String {
        var fields = ["grant_type=client_credentials"]
        if !self.scopes.isEmpty { fields.append("scope=" + URLText.encoded(self.scopes.joined(separator: " "))) }
        if !self.parameters.isEmpty { fields.append(self.parameters) }
        return fields.joined(separator: "&")
    }
}

/// A token that is fetched when it is first needed, and again before it expires.
actor OAuthToken {
    private let grant: OAuthGrant
    private let client: HTTPClient
    private var token: (value: String, expires: MonotonicInstant)?

    init(_ grant: OAuthGrant, client: HTTPClient) {
        self.grant = grant
        self.client = client
    }

    /// Forgets the token, which a server has refused.
    func discard() {
        self.token = nil
    }

    func current(timeout: Duration) async throws(TriggerFailure) -> String {
        if let token, MonotonicClock.now() < token.expires { return token.value }
        let request = HTTPClientRequest(
            method: "POST",
            url: self.grant.tokenURL,
            headers: [
                "content-type": "application/x-www-form-urlencoded", "accept": "application/json",
                "authorization": HTTPAuthentication.basic(self.grant.clientID, self.grant.clientSecret),
            ],
            body: Array(self.grant.form.utf8),
            timeouts: .init(connect: timeout, total: timeout)
        )
        let bytes = try await self.client.answer(to: request, limit: 1 << 20)
        guard let json = try? JSONParser.parse(bytes), let value = json["access_token"]?.stringValue else {
            throw TriggerFailure(.invalid, "\(self.grant.tokenURL) answered without an access_token")
        }
        // Renewed early, so that it does not expire on the way.
        let seconds = max(10, (json["expires_in"]?.doubleValue ?? 300) * 0.9)
        self.token = (value, MonotonicClock.now().advanced(by: .seconds(seconds)))
        return value
    }
}
