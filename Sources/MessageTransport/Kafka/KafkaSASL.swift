/// How a client proves to a Kafka broker who it is.
public enum KafkaSASL: Sendable, Hashable {
    case plain(username: String, password: Secret)
    case scramSHA256(username: String, password: Secret)
    case scramSHA512(username: String, password: Secret)
    case oauthBearer(KafkaOAuth)

    /// Reads a mechanism by any of the names in use: `plaintext`, `scram_sha512`, `SCRAM-SHA-512`.
    ///
    /// - Returns: `nil` for `none` and the empty name.
    public init?(
        mechanism: String,
        username: String?,
        password: Secret?,
        oauth: KafkaOAuth? = nil
    ) throws(MessagingError) {
        let name = mechanism.lowercased().filter { $0.isLetter || $0.isNumber }
        switch name {
        case "", "none": return nil
        case "plain", "plaintext":
            let (username, password) = try Self.pair(mechanism, username, password)
            self = .plain(username: username, password: password)
        case "scramsha256":
            let (username, password) = try Self.pair(mechanism, username, password)
            self = .scramSHA256(username: username, password: password)
        case "scramsha512":
            let (username, password) = try Self.pair(mechanism, username, password)
            self = .scramSHA512(username: username, password: password)
        case "oauthbearer":
            guard let oauth else {
                throw MessagingError(.invalidSettings, "SASL mechanism \(mechanism) needs a token endpoint")
            }
            self = .oauthBearer(oauth)
        case "gssapi":
            throw MessagingError(
                .invalidSettings,
                "SASL mechanism gssapi (Kerberos) is not supported; use scram_sha512, plaintext over TLS, or oauthbearer"
            )
        default:
            throw MessagingError(
                .invalidSettings,
                "there is no SASL mechanism '\(mechanism)'; there are none, plaintext, scram_sha256, scram_sha512 and "
                    + "oauthbearer"
            )
        }
    }

    private static func pair(
        _ mechanism: String,
        _ username: String?,
        _ password: Secret?
    ) throws(MessagingError) -> (String, Secret) {
        guard let username, !username.isEmpty, let password else {
            throw MessagingError(.invalidSettings, "SASL mechanism \(mechanism) needs a username and a password")
        }
        return (username, password)
    }

    /// Names and values for librdkafka; some are secret.
    var properties: [(name: String, value: String)] {
        switch self {
        case .plain(let username, let password):
            [("sasl.mechanisms", "PLAIN"), ("sasl.username", username), ("sasl.password", password.value)]
        case .scramSHA256(let username, let password):
            [("sasl.mechanisms", "SCRAM-SHA-256"), ("sasl.username", username), ("sasl.password", password.value)]
        case .scramSHA512(let username, let password):
            [("sasl.mechanisms", "SCRAM-SHA-512"), ("sasl.username", username), ("sasl.password", password.value)]
        case .oauthBearer:
            [("sasl.mechanisms", "OAUTHBEARER")]
        }
    }
}

/// Where bearer tokens come from: OAuth 2's client credentials grant.
public struct KafkaOAuth: Sendable, Hashable {
    /// Where tokens are asked for, `https://...`.
    public var tokenEndpoint: String
    public var clientID: String
    public var clientSecret: Secret
    public var scopes: [String]
    /// Sent to the broker beside the token.
    public var extensions: [String: String]

    public init(
        tokenEndpoint: String,
        clientID: String,
        clientSecret: Secret,
        scopes: [String] = [],
        extensions: [String: String] = [:]
    ) {
        self.tokenEndpoint = tokenEndpoint
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.scopes = scopes
        self.extensions = extensions
    }
}
