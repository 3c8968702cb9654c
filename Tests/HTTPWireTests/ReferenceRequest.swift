@testable import HTTPWire

/// A second reading of the same rules, written for clearness alone.
///
/// Lines are cut first, then matched with regular expressions. It knows nothing of limits and of pieces.
enum ReferenceRequest {
    enum Result: Equatable {
        case complete(ParsedRequest)
        case status(Int)
        /// The lines that are whole are sound, but the empty line has not come.
        case incomplete
    }

    private struct Refused: Error {
        let status: Int
    }

    static func parse(_ bytes: [UInt8]) -> Result {
        do {
            var rest = bytes
            for _ in 0..<2 where rest.starts(with: [13, 10]) { rest.removeFirst(2) }
            guard let (requestLine, afterRequestLine) = Self.cutLine(rest) else { return .incomplete }
            var parsed = try Self.requestLine(requestLine)
            rest = afterRequestLine
            while true {
                guard let (line, after) = Self.cutLine(rest) else { return .incomplete }
                rest = after
                if line.isEmpty { break }
                parsed.fields.append(try Self.field(line))
            }
            parsed.length = bytes.count - rest.count
            try Self.interpret(&parsed)
            return .complete(parsed)
        } catch let refused as Refused {
            return .status(refused.status)
        } catch {
            return .status(0)
        }
    }

    /// The text before the first CR LF, a character a byte, and the bytes after it.
    private static func cutLine(_ bytes: [UInt8]) -> (String, [UInt8])? {
        guard bytes.count > 1 else { return nil }
        for index in 0..<bytes.count - 1 where bytes[index] == 13 && bytes[index + 1] == 10 {
            let text = String(String.UnicodeScalarView(bytes[..<index].map { Unicode.Scalar($0) }))
            return (text, Array(bytes[(index + 2)...]))
        }
        return nil
    }

    private static func requestLine(_ line: String) throws -> ParsedRequest {
        let pattern = /([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([!"$-~]+) HTTP\/([0-9])\.([0-9])(.*)/
            .matchingSemantics(.unicodeScalar).dotMatchesNewlines()
        guard let match = line.wholeMatch(of: pattern) else { throw Refused(status: 400) }
        let version = "\(match.3).\(match.4)"
        guard version == "1.0" || version == "1.1" else { throw Refused(status: 505) }
        guard match.5.isEmpty else { throw Refused(status: 400) }
        var parsed = ParsedRequest()
        parsed.method = String(match.1)
        parsed.target = String(match.2)
        parsed.version = version == "1.0" ? .http10 : .http11
        try Self.target(&parsed)
        return parsed
    }

    private static func target(_ parsed: inout ParsedRequest) throws {
        let target = parsed.target
        let mark = target.firstIndex(of: "?") ?? target.endIndex
        if parsed.method == "CONNECT" {
            guard target.contains(/^[^:]+:[0-9]+$|^\[.*\]:[0-9]+$/), Self.isHost(target) else {
                throw Refused(status: 400)
            }
            (parsed.form, parsed.host) = (.authority, target)
        } else if target.hasPrefix("/") {
            parsed.form = .origin
            parsed.path = String(target[..<mark])
            parsed.query = String(target[mark...])
        } else if target == "*" && parsed.method == "OPTIONS" {
            parsed.form = .asterisk
        } else {
            let pattern = /(?:[Hh][Tt][Tt][Pp][Ss]?):\/\/([^\/?]+)(\/[^?]*)?(\?.*)?/
            guard let match = target.wholeMatch(of: pattern), Self.isHost(String(match.1)) else {
                throw Refused(status: 400)
            }
            parsed.form = .absolute
            parsed.host = String(match.1)
            parsed.path = match.2.map(String.init) ?? ""
            parsed.query = match.3.map(String.init) ?? ""
        }
    }

    private static func field(_ line: String) throws -> [String] {
        let pattern = /([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*((?:[\u{21}-\u{7E}\u{80}-\u{FF}](?:.*[^ \t])?)?)[ \t]*/
            .matchingSemantics(.unicodeScalar).dotMatchesNewlines()
        guard let match = line.wholeMatch(of: pattern) else { throw Refused(status: 400) }
        let controls = match.2.unicodeScalars.contains { ($0.value < 32 && $0.value != 9) || $0.value == 127 }
        guard !controls else { throw Refused(status: 400) }
        return [String(match.1), String(match.2)]
    }

    private static func isHost(_ text: String) -> Bool {
        guard let match = text.wholeMatch(of: /(?:[A-Za-z0-9\-._~]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{0,5}))?/) else {
            return false
        }
        return match.1.map { $0.isEmpty || Int($0) ?? 99_999 <= 65_535 } ?? true
    }

    // MARK: Meaning

    private static func interpret(_ parsed: inout ParsedRequest) throws {
        func values(_ name: String) -> [String] {
            parsed.fields.filter { $0[0].lowercased() == name }.map { $0[1] }
        }
        let hosts = values("host")
        guard hosts.count <= 1, hosts.allSatisfy(Self.isHost) else { throw Refused(status: 400) }
        guard hosts.count == 1 || parsed.version == .http10 else { throw Refused(status: 400) }
        if parsed.form == .origin || parsed.form == .asterisk { parsed.host = hosts.first ?? "" }
        parsed.hostName = String(parsed.host.replacing(/:[0-9]*$/, with: ""))
        if parsed.hostName.count > 1 && parsed.hostName.hasSuffix(".") { parsed.hostName.removeLast() }

        parsed.framing = try Self.framing(values("transfer-encoding"), values("content-length"), parsed.version)
        let options = try Self.options(values("connection"))
        let isModern = parsed.version == .http11
        parsed.isKeepAlive = !options.contains("close") && (isModern || options.contains("keep-alive"))
        let expectations = values("expect").map { $0.lowercased() }
        if isModern && !expectations.isEmpty && expectations != ["100-continue"] { throw Refused(status: 417) }
        let hasBody = parsed.framing != .none && parsed.framing != .length(0)
        parsed.expectsContinue = isModern && !expectations.isEmpty && hasBody
        let upgrades = values("upgrade").map { $0.lowercased() }
        if isModern, options.contains("upgrade"), !hasBody, upgrades.count == 1, upgrades != [""] {
            parsed.upgrade = parsed.method == "GET" && upgrades == ["websocket"] ? .webSocket : .other
        }
        let codings = values("te").map { $0.lowercased() }
        parsed.acceptsTrailers = isModern && options.contains("te") && codings.first == "trailers"
        parsed.hopByHop = parsed.fields.map { $0[0].lowercased() }.filter { Self.isHopByHop($0, options) }
    }

    private static func isHopByHop(_ name: String, _ options: [String]) -> Bool {
        let always = [
            "connection", "proxy-connection", "keep-alive", "te", "transfer-encoding", "upgrade", "proxy-authenticate",
            "proxy-authorization",
        ]
        let isKnown = KnownHeader.allCases.contains { "\($0.name)" == name }
        return always.contains(name) || (options.contains(name) && !isKnown && name != "close")
    }

    private static func framing(
        _ codings: [String],
        _ lengths: [String],
        _ version: HTTPVersion
    ) throws -> BodyFraming {
        if let coding = codings.first?.lowercased() {
            guard version == .http11, lengths.isEmpty, codings.count == 1 else { throw Refused(status: 400) }
            if coding == "chunked" { return .chunked }
            let token = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/
            let elements = coding.split(separator: ",", omittingEmptySubsequences: false).map {
                String($0.trimmingPrefix(/[ \t]*/)).replacing(/[ \t]*$/, with: "")
            }
            let areTokens = elements.allSatisfy { $0.wholeMatch(of: token) != nil }
            throw Refused(status: areTokens && !elements.dropLast().contains("chunked") ? 501 : 400)
        }
        guard let first = lengths.first else { return .none }
        let numbers = lengths.map { $0.wholeMatch(of: /[0-9]+/) == nil ? nil : Int64($0) }
        guard let number = Int64(first), numbers.allSatisfy({ $0 == number }) else { throw Refused(status: 400) }
        return .length(UInt64(number))
    }

    private static func options(_ values: [String]) throws -> [String] {
        let elements = values.flatMap { $0.lowercased().split(separator: ",") }.map {
            String($0.trimmingPrefix(/[ \t]*/)).replacing(/[ \t]*$/, with: "")
        }.filter { !$0.isEmpty }
        guard elements.allSatisfy({ $0.wholeMatch(of: /[!#$%&'*+\-.^_`|~0-9a-z]+/) != nil }), elements.count <= 32
        else {
            throw Refused(status: 400)
        }
        return elements
    }
}
