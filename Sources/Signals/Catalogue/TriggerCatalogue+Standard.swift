public import KubernetesClient
public import Logging
import MessageTransport

extension TriggerCatalogue {
    /// The types that come with the program, with what they share.
    ///
    /// - Parameters:
    ///   - api: Where the triggers that look at the cluster look.
    ///   - logger: Hears what the clients of message brokers have to say.
    public static func standard(
        api: any KubernetesAPI,
        logger: Logger = Logger(label: "signals")
    ) -> TriggerCatalogue {
        let clients = HTTPClients()
        let clusters = KafkaClusters(logger: logger)
        let brokers = RabbitMQBrokers(logger: logger)
        let redis = RedisConnections { RedisConnection($0) }
        let databases = PostgresConnections { PostgresConnection($0) }
        return TriggerCatalogue([
            .awsSQSQueue(clients), .cron(), .kafka(clusters, named: "apache-kafka"), .kafka(clusters, named: "kafka"),
            .kubernetesWorkload(api), .metricsAPI(clients), .natsJetStream(clients),
            .postgreSQL(databases), .prometheus(clients), .redisList(redis, named: "redis"),
            .redisList(redis, named: "redis-lists"),
            .redisList(redis, named: "redis-cluster", in: .cluster),
            .redisList(redis, named: "redis-sentinel", in: .sentinel),
            .redisStream(redis, named: "redis-streams"),
            .redisStream(redis, named: "redis-cluster-streams", in: .cluster),
            .redisStream(redis, named: "redis-sentinel-streams", in: .sentinel),
            .rabbitMQ(brokers, clients), .resource(.cpu, api), .resource(.memory, api),
        ])
    }
}
