import Testing

@testable import HTTPWire

@Suite("RequestHead.parse, drawn and mutated heads", .timeLimit(.minutes(2)))
struct RequestPropertyTests {
    static let seeds: [UInt64] = [1, 2, 3, 4]
    static let drawsPerSeed = 600

    @Test("a second, independent reading of the rules comes to the same result", arguments: seeds)
    func agreesWithReference(seed: UInt64) {
        var generator = RequestGenerator(random: SeededGenerator(seed: seed))
        var completeCount = 0
        for draw in 0..<Self.drawsPerSeed {
            let bytes = generator.request()
            let place: Comment =
                "seed \(seed), draw \(draw): \(String(decoding: bytes, as: UTF8.self).debugDescription)"
            switch (parseRequest(bytes), ReferenceRequest.parse(bytes)) {
            case (.complete(let parsed), .complete(let expected)):
                completeCount += 1
                // The reference keeps a character a byte; only ASCII reads the same in both.
                if bytes.allSatisfy({ $0 < 0x80 }) { #expect(parsed == expected, place) }
            case (.invalid(let fault), .status(let status)): #expect(fault.status == status, place)
            case (.needsMore, .incomplete): break
            // Of a line that has no end the reference says nothing.
            case (.invalid, .incomplete): break
            case (let outcome, let expected): Issue.record("\(outcome) and not \(expected), \(place)")
            }
        }
        #expect(completeCount > Self.drawsPerSeed / 4, "too few sound heads to mean anything: \(completeCount)")
    }

    @Test("it does not matter how the bytes are split", arguments: seeds)
    func splitting(seed: UInt64) {
        var generator = RequestGenerator(random: SeededGenerator(seed: seed &+ 100))
        for draw in 0..<Self.drawsPerSeed / 3 {
            // Faults of a line that comes in pieces show when it has ended.
            let bytes = generator.request() + [10]
            let atOnce = parseRequest(bytes)
            let cuts = generator.random.cuts(bytes.count, maximum: 8)
            #expect(parseRequest(bytes, pieces: cuts) == atOnce, "seed \(seed), draw \(draw), cuts \(cuts)")
            #expect(
                parseRequest(bytes, pieces: Array(0..<bytes.count)) == atOnce,
                "seed \(seed), draw \(draw), by bytes"
            )
        }
    }

    @Test("a typical head may be cut in two anywhere")
    func everyCut() {
        let bytes = Array(RequestHeadTests.prediction.utf8)
        let whole = parseRequest(bytes)
        for cut in 0...bytes.count { #expect(parseRequest(bytes, pieces: [cut]) == whole, "cut at \(cut)") }
    }

    @Test("limits do not depend on how the bytes are split", arguments: seeds)
    func limitsAndSplitting(seed: UInt64) {
        var generator = RequestGenerator(random: SeededGenerator(seed: seed &+ 200))
        for draw in 0..<Self.drawsPerSeed / 3 {
            let bytes = generator.request() + [10]
            let limits = HeadLimits(
                headBytes: Int.random(in: 16...120, using: &generator.random),
                fieldCount: Int.random(in: 1...4, using: &generator.random),
                targetBytes: Int.random(in: 1...12, using: &generator.random)
            )
            let atOnce = parseRequest(bytes, limits: limits)
            let byBytes = parseRequest(bytes, pieces: Array(0..<bytes.count), limits: limits)
            #expect(byBytes == atOnce, "seed \(seed), draw \(draw), limits \(limits)")
            #expect((atOnce.parsed?.length ?? 0) <= limits.headBytes)
            #expect((atOnce.parsed?.fields.count ?? 0) <= limits.fieldCount)
            #expect((atOnce.parsed?.target.utf8.count ?? 0) <= limits.targetBytes)
        }
    }

    @Test("a long head that comes byte by byte is read in time that grows with its length, not with the square")
    func slowArrival() {
        // Read anew with each byte, this would be two thousand million steps and run into the time limit.
        let line = "X: " + String(repeating: "a", count: 60_000) + "\r\n"
        let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\n\(line)\r\n".utf8)
        var head = RequestHead(limits: HeadLimits(headBytes: 65_535))
        bytes.withUnsafeBytes { message in
            for count in 0..<bytes.count {
                #expect(head.parse(UnsafeRawBufferPointer(rebasing: message[..<count])) == .needsMore)
            }
            #expect(head.parse(message) == .complete(length: bytes.count))
        }
    }
}
