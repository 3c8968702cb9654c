import EmbeddedCluster
import KubernetesClient
import Testing

@Suite("The contract of KubernetesAPI, kept by the embedded API", .timeLimit(.minutes(1)))
struct EmbeddedContractTests {
    @Test("in memory", arguments: ContractCase.all)
    func inMemory(contract: ContractCase) async throws {
        try await contract.run(against: EmbeddedAPI.inMemory(), namespace: "contract")
    }
}
