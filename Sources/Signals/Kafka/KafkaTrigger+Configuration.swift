import MessageTransport
import ScalingCore
import StructuredData

extension KafkaTrigger {
    struct Configuration: Sendable {
        let settings: KafkaSettings
        let query: KafkaGroupQuery
        let rules: KafkaLagRules
        /// How status and metrics call the number: `kafka-requests`.
        let metricName: String

        init(_ metadata: MetadataReader) {
            let servers = metadata.requiredText("bootstrapServers", from: [.metadata, .environment])
            let group = metadata.requiredText("consumerGroup", from: [.metadata, .environment])
            let topics = Self.topics(metadata)
            let limitation = Self.limitation(metadata)
            self.settings = KafkaSettings(
                bootstrapServers: servers,
                tls: Self.tls(metadata),
                sasl: KafkaSASL(metadata)
            )
            if !servers.isEmpty, self.settings.bootstrapServers.isEmpty {
                metadata.report("names no server", at: "bootstrapServers")
            }
            let includes: @Sendable (Int32) -> Bool = { limitation.contains($0) }
            self.query = KafkaGroupQuery(
                group: group,
                topics: topics,
                includes: limitation == .all ? nil : includes,
                wantsLogStart: true
            )
            self.rules = Self.rules(metadata, hasTopic: !topics.isEmpty)
            self.metricName = topics.isEmpty ? "kafka-\(group)-topics" : "kafka-\(topics.joined(separator: "-"))"
            metadata.pass("version", "saslTokenProvider", "authModes")
        }

        private static func topics(_ metadata: MetadataReader) -> [String] {
            let text = metadata.text("topic", from: [.metadata, .environment]) ?? ""
            return text.split(separator: ",").map { $0.trimmed }.filter { !$0.isEmpty }
        }

        private static func limitation(_ metadata: MetadataReader) -> KafkaPartitionLimitation {
            do {
                return try KafkaPartitionLimitation(metadata.text("partitionLimitation") ?? "")
            } catch {
                metadata.report(error.message, at: "partitionLimitation")
                return .all
            }
        }

        private static func tls(_ metadata: MetadataReader) -> BrokerTLS? {
            let tls = BrokerTLS(metadata)
            switch metadata.choice("tls", from: [.credentials, .metadata], default: BrokerTLS.Switch.disable) {
            case .enable: return tls
            case .disable: return nil
            }
        }

        private static func rules(_ metadata: MetadataReader, hasTopic: Bool) -> KafkaLagRules {
            let rules = KafkaLagRules(
                lagThreshold: Int64(
                    metadata.integer("lagThreshold", in: 1 ... .max, default: Int(KafkaLagRules.defaultLagThreshold))
                ),
                activationLagThreshold: Int64(metadata.integer("activationLagThreshold", in: 0 ... .max, default: 0)),
                offsetResetPolicy: metadata.choice("offsetResetPolicy", default: .latest),
                allowIdleConsumers: metadata.flag("allowIdleConsumers"),
                scaleToZeroOnInvalidOffset: metadata.flag("scaleToZeroOnInvalidOffset"),
                excludePersistentLag: metadata.flag("excludePersistentLag"),
                persistentLagSeconds: metadata.number(
                    "persistentLagSeconds",
                    in: 1 ... .infinity,
                    default: KafkaLagRules.defaultPersistentLagSeconds
                ),
                limitToPartitionsWithLag: metadata.flag("limitToPartitionsWithLag"),
                ensureEvenDistributionOfPartitions: metadata.flag("ensureEvenDistributionOfPartitions")
            )
            if rules.limitToPartitionsWithLag {
                if rules.allowIdleConsumers {
                    metadata.report("and allowIdleConsumers exclude each other", at: "limitToPartitionsWithLag")
                }
                if rules.ensureEvenDistributionOfPartitions {
                    metadata.report(
                        "and ensureEvenDistributionOfPartitions exclude each other",
                        at: "limitToPartitionsWithLag"
                    )
                }
            }
            // One topic costs no more than all of them, so there is nothing to save by fullMetadata.
            let needTopic = [
                ("limitToPartitionsWithLag", rules.limitToPartitionsWithLag),
                ("ensureEvenDistributionOfPartitions", rules.ensureEvenDistributionOfPartitions),
                ("fullMetadata", !metadata.flag("fullMetadata", default: true)),
            ]
            for (name, isSet) in needTopic where isSet && !hasTopic {
                metadata.report("needs a topic", at: name)
            }
            return rules
        }
    }
}

extension KafkaSASL {
    /// Reads `sasl` and what its mechanism needs; `nil` for none, and after a problem, which is reported.
    init?(_ metadata: MetadataReader) {
        let origins: MetadataReader.Origins = [.credentials, .metadata]
        let mechanism = metadata.text("sasl", from: origins) ?? "none"
        let username = metadata.text("username", from: .anywhere)
        let password = metadata.text("password", from: .anywhere).map { Secret($0) }
        metadata.pass("keytab", "realm", "kerberosConfig", "kerberosServiceName", "kerberosDisableFAST", "awsRegion")
        if metadata.text("saslTokenProvider", from: origins) == "aws_msk_iam" || mechanism == "aws_msk_iam" {
            metadata.report("'aws_msk_iam' is not supported; SASL with scram_sha512 is, and so is TLS", at: "sasl")
            return nil
        }
        do {
            let oauth = mechanism == "oauthbearer" ? KafkaOAuth(metadata, username, password) : nil
            try self.init(mechanism: mechanism, username: username, password: password, oauth: oauth)
        } catch {
            metadata.report(error.description, at: "sasl")
            return nil
        }
    }
}

extension KafkaOAuth {
    /// - Returns: `nil` when the token endpoint is missing.
    fileprivate init?(_ metadata: MetadataReader, _ username: String?, _ password: Secret?) {
        let origins: MetadataReader.Origins = [.credentials, .metadata]
        guard let endpoint = metadata.text("oauthTokenEndpointUri", from: origins) else { return nil }
        var extensions: [String: String] = [:]
        for pair in metadata.list("oauthExtensions", from: origins) {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if sides.count == 2 { extensions[String(sides[0])] = String(sides[1]) }
        }
        self.init(
            tokenEndpoint: endpoint,
            clientID: username ?? "",
            clientSecret: password ?? "",
            scopes: metadata.list("scopes", from: origins),
            extensions: extensions
        )
    }
}
