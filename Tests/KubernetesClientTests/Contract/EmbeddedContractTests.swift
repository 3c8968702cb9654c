import EmbeddedCluster
import Foundation
import KubernetesClient
import Testing

@Suite("The contract of KubernetesAPI, kept by the embedded API", .timeLimit(.minutes(1)))
struct EmbeddedContractTests {
    @Test("in memory", arguments: ContractCase.all)
    func inMemory(contract: ContractCase) async throws {
        try await contract.run(against: EmbeddedAPI.inMemory(), namespace: "contract")
    }

    @Test("on disk", arguments: ContractCase.all)
    func onDisk(contract: ContractCase) async throws {
        let directory = "\(NSTemporaryDirectory())pilotlight-contract-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await contract.run(against: EmbeddedAPI(directory: directory), namespace: "contract")
    }
}
