import Testing

@testable import HTTPWire

@Suite("RequestHead.parse, framing: what smugglers try")
struct RequestFramingTests {
    static func head(_ lines: String..., version: String = "1.1") -> String {
        "POST / HTTP/\(version)\r\nHost: a\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
    }

    static let refusals: [Refusal] = [
        Refusal(
            "CL.TE",
            head("Content-Length: 6", "Transfer-Encoding: chunked") + "0\r\n\r\nG",
            .transferEncodingWithContentLength
        ),
        Refusal(
            "TE.CL",
            head("Transfer-Encoding: chunked", "Content-Length: 4") + "5c\r\nGPOST / HTTP/1.1\r\n",
            .transferEncodingWithContentLength
        ),
        Refusal(
            "an obscured coding does not hide beside a length",
            head("Content-Length: 4", "Transfer-Encoding: xchunked"),
            .transferEncodingWithContentLength
        ),
        Refusal("TE.TE", head("Transfer-Encoding: chunked", "Transfer-encoding: x"), .malformedTransferEncoding),
        Refusal(
            "chunked in two fields",
            head("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
            .malformedTransferEncoding
        ),
        Refusal("a coding before the colon's blank", head("Transfer-Encoding : chunked"), .blankBeforeColon),
        Refusal("a folded coding", head("Transfer-Encoding:", " chunked"), .foldedField),
        Refusal("a coding after a bare line feed", head("X: X\nTransfer-Encoding: chunked"), .bareLineFeed),
        Refusal("a vertical tab before a coding", head("Transfer-Encoding: \u{B}chunked"), .malformedFieldValue),
        Refusal("a NUL after a coding", head("Transfer-Encoding: chunked\u{0}"), .malformedFieldValue),
        Refusal("a delete after a coding", head("Transfer-Encoding: chunked\u{7F}"), .malformedFieldValue),
        Refusal("a coding in HTTP/1.0", head("Transfer-Encoding: chunked", version: "1.0"), .transferEncodingInHTTP10),
    ]

    static let malformedCodings = [
        "", "chunked, chunked", "chunked,", ", chunked", "chunked, gzip", "chunked chunked", "chunked;q=1",
        "\"chunked\"", "chunked\u{80}", "gzip,,chunked", "gzip;q=1, chunked", "[chunked]",
    ]

    static let unknownCodings = [
        "gzip", "identity", "xchunked", "chunkedx", "chunke", "gzip, chunked", "gzip , chunked",
    ]

    static let malformedLengths = [
        "", "-1", "+1", "0x10", "1.0", "1e3", "1 2", "1,2", "1, 1", "1,", "９", "1_000", "18446744073709551616",
        "18446744073709551615", "9223372036854775808", "99999999999999999999999999", "a", "1a", "\"1\"", "1;",
    ]

    @Test("is answered with the fault that names it", arguments: refusals)
    func refused(row: Refusal) {
        #expect(parseRequest(row.message).fault == row.fault)
    }

    @Test("a coding that only looks like chunked", arguments: malformedCodings)
    func malformedCoding(value: String) {
        #expect(parseRequest(Self.head("Transfer-Encoding: \(value)")).fault == .malformedTransferEncoding)
    }

    @Test("a coding that is not chunked alone", arguments: unknownCodings)
    func unknownCoding(value: String) {
        #expect(parseRequest(Self.head("Transfer-Encoding: \(value)")).fault == .unsupportedTransferCoding)
    }

    @Test("a length that is not one number", arguments: malformedLengths)
    func malformedLength(value: String) {
        #expect(parseRequest(Self.head("Content-Length: \(value)")).fault == .malformedContentLength)
    }

    @Test(
        "lengths that differ are refused, in whatever order",
        arguments: [(["5", "6"]), ["5", "5", "6"], ["6", "5"]]
    )
    func conflictingLengths(values: [String]) {
        let lines = values.map { "Content-Length: \($0)\r\n" }.joined()
        #expect(parseRequest("POST / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n").fault == .conflictingContentLength)
    }

    @Test("a second length is checked even when the first is sound")
    func secondLengthMalformed() {
        #expect(parseRequest(Self.head("Content-Length: 5", "Content-Length: +5")).fault == .malformedContentLength)
    }

    @Test(
        "sound framing is understood",
        arguments: [
            (["Content-Length: 0"], BodyFraming.length(0)),
            (["Content-Length: 5"], .length(5)),
            (["content-length:\t5 "], .length(5)),
            (["Content-Length: 0005"], .length(5)),
            (["Content-Length: 5", "Content-Length: 5"], .length(5)),
            (["Content-Length: 9223372036854775807"], .length(9_223_372_036_854_775_807)),
            (["Transfer-Encoding: chunked"], .chunked),
            (["transfer-encoding:CHUNKED"], .chunked),
            (["Transfer-Encoding:  Chunked\t"], .chunked),
            ([], .none),
            (["Content-Lengthx: 5"], .none),
            (["Transfer-Encodin: chunked"], .none),
        ]
    )
    func sound(lines: [String], framing: BodyFraming) {
        let text = "POST / HTTP/1.1\r\nHost: a\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
        #expect(parseRequest(text).parsed?.framing == framing)
    }
}
