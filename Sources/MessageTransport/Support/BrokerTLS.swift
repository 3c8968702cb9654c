/// Whom to trust when talking to a broker, and who to be.
public struct BrokerTLS: Sendable, Hashable {
    /// Certificates in PEM to trust instead of the system's; `nil` for the system's.
    public var certificateAuthority: String?
    /// Certificate chain in PEM that the client shows; needs `clientKey`.
    public var clientCertificate: String?
    /// Key of that certificate in PEM.
    public var clientKey: Secret?
    /// What the key is encrypted with; `nil` when it is not.
    public var clientKeyPassword: Secret?
    /// Turning this off lets anyone on the way read and change everything.
    public var verifiesServer: Bool

    public init(
        certificateAuthority: String? = nil,
        clientCertificate: String? = nil,
        clientKey: Secret? = nil,
        clientKeyPassword: Secret? = nil,
        verifiesServer: Bool = true
    ) {
        self.certificateAuthority = certificateAuthority
        self.clientCertificate = clientCertificate
        self.clientKey = clientKey
        self.clientKeyPassword = clientKeyPassword
        self.verifiesServer = verifiesServer
    }

    /// What is wrong with the combination, as one sentence; `nil` when nothing is.
    public var problem: String? {
        switch (self.clientCertificate, self.clientKey) {
        case (_?, nil): "a client certificate needs its key"
        case (nil, _?): "a client key needs its certificate"
        default: nil
        }
    }
}
