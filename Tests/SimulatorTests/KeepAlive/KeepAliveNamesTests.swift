import ScalingCore
import ServingAPI
import Testing

@Suite("keep-alive rules by name")
struct KeepAliveNamesTests {
    @Test("what users may write and what decides know the same rules, parameters and ranges")
    func sameNames() {
        #expect(Set(KeepAliveSpec.known.keys) == Set(KeepAliveName.allCases.map(\.rawValue)))
        for name in KeepAliveName.allCases {
            let known = KeepAliveSpec.known[name.rawValue] ?? [:]
            #expect(Set(known.keys) == Set(name.parameters.map(\.name)), "\(name)")
            for parameter in name.parameters {
                #expect(known[parameter.name]?.range == parameter.range, "\(name) \(parameter.name)")
                #expect(known[parameter.name]?.isDuration == (parameter.unit == .seconds), "\(name) \(parameter.name)")
            }
        }
    }
}
