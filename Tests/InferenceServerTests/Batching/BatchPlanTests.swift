import Testing

@testable import InferenceServer

@Suite("BatchPlan")
struct BatchPlanTests {
    private static let interface = ModelInterface(
        platform: "fake",
        inputs: [TensorDescription(name: "x", datatype: .float32, shape: [-1, -1])],
        outputs: [
            TensorDescription(name: "y", datatype: .float32, shape: [-1]),
            TensorDescription(name: "total", datatype: .float32, shape: []),
        ]
    )

    private static func request(_ shape: [Int], outputs: [Int] = [0]) -> InferenceRequest {
        InferenceRequest(
            inputs: [.of(.float32, shape, [Float](repeating: 1, count: Tensor.elementCount(of: shape)))],
            outputs: outputs.map { WantedOutput(index: $0) }
        )
    }

    private static func key(_ shape: [Int], outputs: [Int] = [0]) -> BatchKey? {
        BatchKey.of(Self.request(shape, outputs: outputs), interface: Self.interface)?.key
    }

    @Test("requests of one row shape and the same outputs have one key, whatever their rows")
    func keys() {
        #expect(Self.key([1, 4]) != nil)
        #expect(Self.key([1, 4]) == Self.key([7, 4]))
        #expect(Self.key([1, 4]) != Self.key([1, 5]))
    }

    @Test("an output without rows, or a request without rows, is run by itself")
    func unbatchable() {
        #expect(Self.key([1, 4], outputs: [0, 1]) == nil)
        #expect(Self.key([0, 4]) == nil)
    }

    @Test("a model with a fixed first dimension takes no batches")
    func fixedDimension() {
        let interface = ModelInterface(
            platform: "fake",
            inputs: [TensorDescription(name: "x", datatype: .float32, shape: [1, 4])],
            outputs: [TensorDescription(name: "y", datatype: .float32, shape: [-1])]
        )
        #expect(BatchKey.of(Self.request([1, 4]), interface: interface) == nil)
        #expect(!interface.hasRows && Self.interface.hasRows)
    }

    @Test("inputs with different numbers of rows are no batch")
    func unequalRows() {
        let inputs = ["a", "b"].map { TensorDescription(name: $0, datatype: .float32, shape: [-1]) }
        let interface = ModelInterface(platform: "fake", inputs: inputs, outputs: inputs)
        let request = InferenceRequest(
            inputs: [.of(.float32, [1], [Float(1)]), .of(.float32, [2], [Float(1), 2])],
            outputs: [WantedOutput(index: 0)]
        )
        #expect(BatchKey.of(request, interface: interface) == nil)
    }

    @Test("requests that came first run first, and a later one may fill an older run")
    func order() throws {
        let (small, large) = (try #require(Self.key([1, 4])), try #require(Self.key([1, 5])))
        let candidates: [BatchPlan.Candidate] = [
            .init(key: small, rows: 3), .init(key: large, rows: 1), .init(key: small, rows: 2),
            .init(key: nil, rows: 1), .init(key: small, rows: 1), .init(key: large, rows: 9),
        ]
        #expect(BatchPlan.runs(of: candidates, maximumRows: 4) == [[0, 4], [1], [2], [3], [5]])
    }

    @Test("a plan has every request once, runs of one key, and no run above the limit but a single request")
    func properties() throws {
        let keys = [Self.key([1, 4]), Self.key([1, 5]), nil]
        for seed in 0..<300 {
            var random = SeededGenerator(seed: UInt64(seed))
            let limit = Int.random(in: 1...8, using: &random)
            let candidates = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                BatchPlan.Candidate(
                    key: keys[Int.random(in: 0...2, using: &random)],
                    rows: Int.random(in: 1...10, using: &random)
                )
            }
            let runs = BatchPlan.runs(of: candidates, maximumRows: limit)
            #expect(runs.flatMap(\.self).sorted() == Array(candidates.indices), "seed \(seed)")
            for run in runs where run.count > 1 {
                #expect(run.reduce(0) { $0 + candidates[$1].rows } <= limit, "seed \(seed)")
                #expect(run.allSatisfy { candidates[$0].key == candidates[run[0]].key }, "seed \(seed)")
                #expect(candidates[run[0]].key != nil, "seed \(seed)")
            }
            // No two runs of a key that would have fitted into one.
            for (index, run) in runs.enumerated() where candidates[run[0]].key != nil {
                let rows = run.reduce(0) { $0 + candidates[$1].rows }
                for other in runs[(index + 1)...] where candidates[other[0]].key == candidates[run[0]].key {
                    #expect(rows + candidates[other[0]].rows > limit, "seed \(seed)")
                }
            }
        }
    }
}
