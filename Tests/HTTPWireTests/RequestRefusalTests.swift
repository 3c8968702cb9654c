import Testing

@testable import HTTPWire

/// A message and what is wrong with it, named by what it tries.
struct Refusal: Sendable, CustomTestStringConvertible {
    let name: String
    let message: String
    let fault: WireFault

    init(_ name: String, _ message: String, _ fault: WireFault) {
        self.name = name
        self.message = message
        self.fault = fault
    }

    var testDescription: String { self.name }
}

@Suite("RequestHead.parse, refusals")
struct RequestRefusalTests {
    static func withLine(_ line: String) -> String { "POST / HTTP/1.1\r\nHost: a\r\n\(line)\r\n\r\n" }

    static let requestLines: [Refusal] = [
        Refusal("three empty lines before the request", "\r\n\r\n\r\nGET / HTTP/1.1\r\n", .malformedMethod),
        Refusal("a bare line feed before the request", "\nGET / HTTP/1.1\r\n", .malformedMethod),
        Refusal("a bare carriage return before the request", "\r\rGET / HTTP/1.1\r\n", .bareCarriageReturn),
        Refusal("a leading space", " GET / HTTP/1.1\r\n", .malformedMethod),
        Refusal("a separator in the method", "GE(T / HTTP/1.1\r\n", .malformedMethod),
        Refusal("a TLS greeting", "\u{16}\u{3}\u{1}\u{2}", .malformedMethod),
        Refusal("a tab for a space", "GET\t/ HTTP/1.1\r\n", .malformedMethod),
        Refusal("two spaces before the target", "GET  / HTTP/1.1\r\n", .malformedRequestLine),
        Refusal("two spaces after the target", "GET /  HTTP/1.1\r\n", .malformedVersion),
        Refusal("no version, as in HTTP/0.9", "GET /\r\n", .malformedRequestLine),
        Refusal("a bare line feed for a version", "GET / \n", .malformedVersion),
        Refusal("something after the version", "GET / HTTP/1.1 x\r\n", .malformedRequestLine),
        Refusal("a space after the version", "GET / HTTP/1.1 \r\n", .malformedRequestLine),
        Refusal("a lower-case version", "GET / http/1.1\r\n", .malformedVersion),
        Refusal("a version of two digits", "GET / HTTP/1.10\r\n", .malformedRequestLine),
        Refusal("a version without a dot", "GET / HTTP/11\r\n", .malformedVersion),
        Refusal("HTTP/2.0", "GET / HTTP/2.0\r\n", .unsupportedVersion),
        Refusal("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .unsupportedVersion),
        Refusal("HTTP/0.9 by number", "GET / HTTP/0.9\r\n", .unsupportedVersion),
        Refusal("HTTP/1.2", "GET / HTTP/1.2\r\n", .unsupportedVersion),
        Refusal("a line feed alone after the version", "GET / HTTP/1.1\nHost: a\r\n\r\n", .bareLineFeed),
        Refusal("a carriage return alone after the version", "GET / HTTP/1.1\rHost: a\r\n\r\n", .bareCarriageReturn),
    ]

    static let targets: [Refusal] = [
        Refusal("a control in the target", "GET /a\u{1}b HTTP/1.1\r\n", .malformedTarget),
        Refusal("a NUL in the target", "GET /a\u{0}b HTTP/1.1\r\n", .malformedTarget),
        Refusal("a tab in the target", "GET /a\tb HTTP/1.1\r\n", .malformedTarget),
        Refusal("a delete in the target", "GET /a\u{7F}b HTTP/1.1\r\n", .malformedTarget),
        Refusal("a byte beyond ASCII in the target", "GET /é HTTP/1.1\r\n", .malformedTarget),
        Refusal("a fragment", "GET /a#b HTTP/1.1\r\n", .malformedTarget),
        Refusal("a fragment in the query", "GET /a?b#c HTTP/1.1\r\n", .malformedTarget),
        Refusal("a relative target", "GET a/b HTTP/1.1\r\n", .malformedTarget),
        Refusal("a query alone", "GET ?a HTTP/1.1\r\n", .malformedTarget),
        Refusal("an asterisk with GET", "GET * HTTP/1.1\r\n", .malformedTarget),
        Refusal("an asterisk with more", "OPTIONS *a HTTP/1.1\r\n", .malformedTarget),
        Refusal("an asterisk with a query", "OPTIONS *?a HTTP/1.1\r\n", .malformedTarget),
        Refusal("another scheme", "GET ftp://a/ HTTP/1.1\r\n", .malformedTarget),
        Refusal("a scheme without an authority", "GET http:///a HTTP/1.1\r\n", .malformedTarget),
        Refusal("a scheme alone", "GET http:// HTTP/1.1\r\n", .malformedTarget),
        Refusal("a user in the authority", "GET http://u@a/ HTTP/1.1\r\n", .malformedTarget),
        Refusal("a comma in the authority", "GET http://a,b/ HTTP/1.1\r\n", .malformedTarget),
        Refusal("CONNECT to a path", "CONNECT /a HTTP/1.1\r\n", .malformedTarget),
        Refusal("CONNECT without a port", "CONNECT a HTTP/1.1\r\n", .malformedTarget),
        Refusal("CONNECT with an empty port", "CONNECT a: HTTP/1.1\r\n", .malformedTarget),
    ]

    static let fields: [Refusal] = [
        Refusal("a line feed alone after a value", "GET / HTTP/1.1\r\nHost: a\n\r\n", .bareLineFeed),
        Refusal("a carriage return in a value", withLine("X: a\rb"), .bareCarriageReturn),
        Refusal("a line feed in a value", withLine("X: a\nTransfer-Encoding: chunked"), .bareLineFeed),
        Refusal("a carriage return before the line's end", withLine("X: a\r"), .bareCarriageReturn),
        Refusal("a NUL in a value", withLine("X: a\u{0}b"), .malformedFieldValue),
        Refusal("a control in a value", withLine("X: a\u{1F}b"), .malformedFieldValue),
        Refusal("a delete in a value", withLine("X: a\u{7F}b"), .malformedFieldValue),
        Refusal("a NUL before a value", withLine("X:\u{0}b"), .malformedFieldValue),
        Refusal("a folded line", withLine("X: a\r\n b"), .foldedField),
        Refusal("a line folded with a tab", withLine("X: a\r\n\tb"), .foldedField),
        Refusal("a blank before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", .foldedField),
        Refusal("a space before the colon", withLine("X : a"), .blankBeforeColon),
        Refusal("a tab before the colon", withLine("X\t: a"), .blankBeforeColon),
        Refusal("a name of two words", withLine("X Y: a"), .blankBeforeColon),
        Refusal("no colon", withLine("X"), .malformedFieldName),
        Refusal("no name", withLine(": a"), .malformedFieldName),
        Refusal("a separator in a name", withLine("X(Y): a"), .malformedFieldName),
        Refusal("a NUL in a name", withLine("X\u{0}: a"), .malformedFieldName),
        Refusal("a byte beyond ASCII in a name", withLine("é: a"), .malformedFieldName),
        Refusal("a line feed in a name", withLine("X\n: a"), .bareLineFeed),
        Refusal("a line feed for an empty line", "GET / HTTP/1.1\r\nHost: a\r\n\n", .bareLineFeed),
        Refusal("a carriage return for an empty line", "GET / HTTP/1.1\r\nHost: a\r\n\rX", .bareCarriageReturn),
    ]

    static let hosts: [Refusal] = [
        Refusal("no host", "GET / HTTP/1.1\r\n\r\n", .missingHost),
        Refusal("no host beside an absolute target", "GET http://a/ HTTP/1.1\r\n\r\n", .missingHost),
        Refusal("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", .repeatedHost),
        Refusal("the same host twice", "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", .repeatedHost),
        Refusal("two hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", .repeatedHost),
    ]

    static let badHosts = [
        "", " ", "a b", "a,b", "a, b", "a/b", "a@b", "http://a", "a:b", "a:1:2", "a:65536", "a:123456", "a:-1", ":80",
        "[::1", "[]", "[::g]", "[::1]a", "[::1]:x", "::1", "é", "a%00", "a\\b", "a?b", "a#b", "\"a\"",
    ]

    @Test("is answered with the fault that names it", arguments: requestLines + targets + fields + hosts)
    func refused(row: Refusal) {
        #expect(parseRequest(row.message).fault == row.fault)
    }

    @Test("a host that is none", arguments: badHosts)
    func malformedHost(host: String) {
        #expect(parseRequest("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n").fault == .malformedHost)
        // Also where it does not count, because the target says where to.
        #expect(parseRequest("GET http://b/ HTTP/1.1\r\nHost: \(host)\r\n\r\n").fault == .malformedHost)
    }

    @Test("every fault has a status from 400 to 505 and one sentence", arguments: WireFault.allCases)
    func statuses(fault: WireFault) {
        #expect((400...505).contains(fault.status))
        let sentence = "\(fault.sentence)"
        #expect(sentence.hasSuffix(".") && sentence.count > 20)
        #expect(WireFault.allCases.count { "\($0.sentence)" == sentence } == 1, "said of two faults: \(sentence)")
    }

    @Test(
        "faults that have a status of their own",
        arguments: [
            (WireFault.targetTooLong, 414), (.headTooLarge, 431), (.tooManyFields, 431), (.trailersTooLarge, 431),
            (.unsupportedVersion, 505), (.unsupportedTransferCoding, 501), (.unsupportedExpectation, 417),
            (.chunkTooLarge, 413), (.malformedStatusLine, 502), (.missingHost, 400), (.bareLineFeed, 400),
        ]
    )
    func ownStatus(fault: WireFault, status: Int) {
        #expect(fault.status == status)
    }
}
