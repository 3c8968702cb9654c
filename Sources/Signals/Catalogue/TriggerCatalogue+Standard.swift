public import KubernetesClient

extension TriggerCatalogue {
    /// The types that come with the program, with what they share.
    ///
    /// - Parameter api: Where the triggers that look at the cluster look.
    public static func standard(api: any KubernetesAPI) -> TriggerCatalogue {
        let clients = HTTPClients()
        return TriggerCatalogue([
            .awsSQSQueue(clients), .cron(), .kubernetesWorkload(api), .metricsAPI(clients), .natsJetStream(clients),
            .prometheus(clients), .resource(.cpu, api), .resource(.memory, api),
        ])
    }
}
