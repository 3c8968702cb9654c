import Testing

@testable import EmbeddedCluster

@Suite("VariableExpansion")
struct VariableExpansionTests {
    @Test(
        "references are replaced as Kubernetes does it",
        arguments: [
            ("--port=$(PORT)", "--port=8080"),
            ("$(PORT)$(PORT)", "80808080"),
            ("$(UNKNOWN) stays", "$(UNKNOWN) stays"),
            ("$$(PORT) is escaped", "$(PORT) is escaped"),
            ("$$$(PORT)", "$8080"),
            ("$PORT is no reference", "$PORT is no reference"),
            ("$(PORT is not closed", "$(PORT is not closed"),
            ("costs $", "costs $"),
            ("$()", "$()"),
            ("nothing", "nothing"),
        ]
    )
    func expands(text: String, expected: String) {
        #expect(VariableExpansion.expand(text, with: ["PORT": "8080"]) == expected)
    }
}
