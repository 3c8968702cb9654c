import MessageTransport
import StructuredData

/// What a broker wants to know of us, from the environment, where secrets are put.
struct QueueCredentials: Sendable, Equatable {
    let username: String?
    let password: Secret?
    /// An address with the credentials in it, for RabbitMQ.
    let uri: Secret?
    let tls: BrokerTLS

    init(environment: (String) -> String?) {
        func value(_ name: String) -> String? {
            environment("PILOTLIGHT_QUEUE_\(name)").flatMap { $0.isEmpty ? nil : $0 }
        }
        self.username = value("USERNAME")
        self.password = value("PASSWORD").map { Secret($0) }
        self.uri = value("URI").map { Secret($0) }
        self.tls = BrokerTLS(
            certificateAuthority: value("CA"),
            clientCertificate: value("CERT"),
            clientKey: value("KEY").map { Secret($0) },
            clientKeyPassword: value("KEY_PASSWORD").map { Secret($0) }
        )
    }
}

/// Whether a connection is encrypted, in the words of KEDA or as a truth value.
enum TLSSwitch {
    static func read(_ key: String, from reader: FieldReader) -> Bool? {
        switch reader.value(key) {
        case nil: return nil
        case .bool(let isOn)?: return isOn
        case .string("enable")?, .string("true")?: return true
        case .string("disable")?, .string("false")?: return false
        case _?:
            reader.report("must be true or false, or KEDA's 'enable' or 'disable'", at: key)
            return nil
        }
    }
}
