import Testing

@testable import MessageTransport

@Suite("KafkaSettings")
struct KafkaSettingsTests {
    @Test(
        "how a client says who it is follows from what it is given",
        arguments: [
            (nil, nil, "plaintext"), (BrokerTLS(), nil, "ssl"),
            (nil, .plain(username: "u", password: "p"), "sasl_plaintext"),
            (BrokerTLS(), .scramSHA512(username: "u", password: "p"), "sasl_ssl"),
        ] as [(BrokerTLS?, KafkaSASL?, String)]
    )
    func securityProtocol(tls: BrokerTLS?, sasl: KafkaSASL?, expected: String) throws {
        let properties = try KafkaSettings(bootstrapServers: "a:1", tls: tls, sasl: sasl).properties()
        #expect(properties.first { $0.name == "security.protocol" }?.value == expected)
    }

    @Test("a list of servers may have blanks and empty parts, but not be empty")
    func servers() throws {
        #expect(KafkaSettings(bootstrapServers: " a:1 ,, b:2,").bootstrapServers == ["a:1", "b:2"])
        #expect(throws: MessagingError.self) { try KafkaSettings(bootstrapServers: " , ").properties() }
    }

    @Test(
        "mechanisms go by the names of KEDA and of Kafka",
        arguments: [
            ("plaintext", "PLAIN"), ("PLAIN", "PLAIN"), ("scram_sha256", "SCRAM-SHA-256"),
            ("SCRAM-SHA-512", "SCRAM-SHA-512"),
        ]
    )
    func mechanisms(name: String, expected: String) throws {
        let sasl = try #require(try KafkaSASL(mechanism: name, username: "u", password: "p"))
        #expect(sasl.properties.first { $0.name == "sasl.mechanisms" }?.value == expected)
        #expect(sasl.properties.first { $0.name == "sasl.password" }?.value == "p")
    }

    @Test("no mechanism is none, and what is not supported is told", arguments: ["", "none", "None"])
    func none(name: String) throws {
        #expect(try KafkaSASL(mechanism: name, username: nil, password: nil) == nil)
        for wrong in ["gssapi", "kerberos5", "oauthbearer"] {
            #expect(throws: MessagingError.self) { try KafkaSASL(mechanism: wrong, username: "u", password: "p") }
        }
        #expect(throws: MessagingError.self) { try KafkaSASL(mechanism: "plain", username: "u", password: nil) }
    }

    @Test("a server that is not verified is not asked for its name either")
    func unverified() throws {
        let settings = KafkaSettings(bootstrapServers: "a:1", tls: BrokerTLS(verifiesServer: false))
        let properties = Dictionary(try settings.properties().map { ($0.name, $0.value) }) { $1 }
        #expect(properties["enable.ssl.certificate.verification"] == "false")
        #expect(properties["ssl.endpoint.identification.algorithm"] == "none")
        let verified = KafkaSettings(bootstrapServers: "a:1", tls: BrokerTLS())
        #expect(
            try verified.properties().contains {
                $0 == (name: "ssl.endpoint.identification.algorithm", value: "https")
            }
        )
    }

    @Test("half a pair of certificate and key is refused")
    func halfPair() {
        let tls = BrokerTLS(clientCertificate: "PEM")
        #expect(throws: MessagingError.self) { try KafkaSettings(bootstrapServers: "a:1", tls: tls).properties() }
    }

    @Test("secrets do not show in descriptions, dumps or mirrors")
    func secrets() {
        let settings = KafkaSettings(
            bootstrapServers: "a:1",
            tls: BrokerTLS(clientCertificate: "C", clientKey: "hunter2"),
            sasl: .plain(username: "u", password: "hunter2")
        )
        var dumped = ""
        dump(settings, to: &dumped)
        #expect(!"\(settings) \(String(reflecting: settings)) \(dumped)".contains("hunter2"))
    }
}
