import MessageTransport

extension BrokerTLS {
    /// What KEDA's triggers of message brokers call `tls: enable`.
    enum Switch: String, CaseIterable {
        case enable, disable
    }

    /// Reads `ca`, `cert`, `key`, `keyPassword` and `unsafeSsl`.
    init(_ metadata: MetadataReader) {
        self.init(
            certificateAuthority: metadata.text("ca", from: .credentials),
            clientCertificate: metadata.text("cert", from: .credentials),
            clientKey: metadata.text("key", from: .credentials).map { Secret($0) },
            clientKeyPassword: metadata.text("keyPassword", from: .credentials).map { Secret($0) },
            verifiesServer: !metadata.flag("unsafeSsl")
        )
        if let problem = self.problem { metadata.report(problem, at: self.clientKey == nil ? "key" : "cert") }
    }
}
