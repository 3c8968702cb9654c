import SimulationKit
import Testing

@Suite("RandomStream")
struct RandomStreamTests {
    @Test("every part of the key gives another stream") func keys() {
        var firsts: Set<UInt64> = []
        var streams = 0
        for seed in UInt64(0)..<4 {
            for replication in 0..<4 {
                for purpose in RandomPurpose.allCases {
                    for entity in 0..<4 {
                        var stream = RandomStream(
                            seed: seed,
                            replication: replication,
                            purpose: purpose,
                            entity: entity
                        )
                        firsts.insert(stream.next())
                        streams += 1
                    }
                }
            }
        }
        #expect(firsts.count == streams)
    }

    @Test("the numbers of an item do not depend on what was drawn before") func items() {
        let untouched = RandomStream(seed: 7, replication: 1, purpose: .requestSize, entity: 2)
        var used = untouched
        for _ in 0..<10 { _ = used.next() }
        for index in UInt64(0)..<100 {
            var first = untouched.at(index: index)
            var second = used.at(index: index)
            #expect(first.next() == second.next())
        }
        var three = untouched.at(index: 3)
        var four = untouched.at(index: 4)
        #expect(three.next() != four.next())
    }

    @Test("uniform numbers are spread evenly, and so are those of neighbouring items") func uniformity() {
        let root = RandomStream(seed: 5, replication: 0, purpose: .arrivals)
        var sequence = root
        var cells = [Int](repeating: 0, count: 64)
        var itemCells = [Int](repeating: 0, count: 64)
        for index in 0..<64_000 {
            let value = sequence.uniform()
            #expect(value > 0 && value < 1)
            cells[Int(value * 64)] += 1
            var item = root.at(index: UInt64(index))
            itemCells[item.below(64)] += 1
        }
        for counts in [cells, itemCells] {
            let chiSquare = counts.reduce(0.0) { $0 + Double(($1 - 1000) * ($1 - 1000)) / 1000 }
            // 63 degrees of freedom: the 99.9 % point is 103.
            #expect(chiSquare < 103)
        }
    }

    @Test("the numbers are fixed for ever, because results are quoted by their seed") func fixed() {
        var stream = RandomStream(seed: 42, replication: 3, purpose: .arrivals, entity: 9)
        #expect([stream.next(), stream.next()] == [16263834269671073911, 9350206142970665864])
    }
}
