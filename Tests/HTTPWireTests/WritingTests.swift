import Testing

@testable import HTTPWire

@Suite("WireWriter and ErrorAnswer")
struct WritingTests {
    static func text(_ write: (inout WireWriter) -> Void) -> String {
        written(capacity: 64) { region in
            var writer = WireWriter(region)
            write(&writer)
            return writer.count
        }
    }

    @Test(
        "numbers are written as Swift writes them",
        arguments: [0, 1, 9, 10, 99, 100, 255, 256, 4095, 4096, 65_535, 1_000_000_007, UInt64.max / 10, UInt64.max]
    )
    func numbers(number: UInt64) {
        #expect(Self.text { $0.append(decimal: number) } == "\(number)")
        #expect(Self.text { $0.append(hexadecimal: number) } == String(number, radix: 16))
    }

    @Test("writing past the end traps instead of writing")
    func overflow() async {
        await #expect(processExitsWith: .failure) {
            let region = UnsafeMutableRawBufferPointer.allocate(byteCount: 3, alignment: 1)
            var writer = WireWriter(region)
            writer.append("to")
            writer.append("to")
        }
    }

    @Test("a fault becomes a whole answer that closes")
    func faultAnswer() {
        let answer = ErrorAnswer(.missingHost)
        let text = written(capacity: answer.capacity) { answer.write(into: $0) }
        let expected = """
            HTTP/1.1 400 Bad Request\r
            content-type: application/json\r
            content-length: 39\r
            connection: close\r
            \r
            {"error": "The Host field is missing."}
            """
        #expect(text == expected)
    }

    @Test("the answer says what it is asked to, and HEAD gets no body")
    func options() {
        var answer = ErrorAnswer(status: 503, message: "Full.", version: .http10, extraFields: "retry-after: 1\r\n")
        answer.omitsBody = true
        let text = written(capacity: answer.capacity) { answer.write(into: $0) }
        let expected = """
            HTTP/1.1 503 Service Unavailable\r
            content-type: application/json\r
            content-length: 18\r
            connection: keep-alive\r
            retry-after: 1\r
            \r

            """
        #expect(text == expected)
    }

    @Test("the length counts what is escaped, and the answer reads back as a response")
    func escaping() {
        let answer = ErrorAnswer(status: 500, message: "a \"quoted\" \\ and\n\u{1F}")
        let text = written(capacity: answer.capacity) { answer.write(into: $0) }
        let body = "{\"error\": \"a \\\"quoted\\\" \\\\ and\\u000a\\u001f\"}"
        #expect(text.hasSuffix("\r\n\r\n" + body))
        let framing = withResponse(text) { head, message in
            #expect(message.count - head.length == body.utf8.count)
            return head.framing
        }
        #expect(framing == .complete(.length(UInt64(body.utf8.count))))
    }

    @Test("every fault's answer is a sound response", arguments: WireFault.allCases)
    func everyFault(fault: WireFault) {
        let answer = ErrorAnswer(fault)
        let text = written(capacity: answer.capacity) { answer.write(into: $0) }
        #expect(!text.hasPrefix("HTTP/1.1 \(fault.status) \r\n"), "no reason phrase for \(fault.status)")
        let status = withResponse(text) { head, _ in head.isKeepAlive ? 0 : head.status }
        #expect(status == .complete(fault.status))
    }
}
