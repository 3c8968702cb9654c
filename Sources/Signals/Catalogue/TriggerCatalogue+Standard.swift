public import KubernetesClient

extension TriggerCatalogue {
    /// The types that come with the program, with what they share.
    ///
    /// - Parameter api: Where the triggers that look at the cluster look.
    public static func standard(api: any KubernetesAPI) -> TriggerCatalogue {
        let clients = HTTPClients()
        let redis = RedisConnections { RedisConnection($0) }
        let databases = PostgresConnections { PostgresConnection($0) }
        return TriggerCatalogue([
            .awsSQSQueue(clients), .cron(), .kubernetesWorkload(api), .metricsAPI(clients), .natsJetStream(clients),
            .postgreSQL(databases), .prometheus(clients), .redisList(redis, named: "redis"),
            .redisList(redis, named: "redis-lists"),
            .redisStream(redis), .resource(.cpu, api), .resource(.memory, api),
        ])
    }
}
