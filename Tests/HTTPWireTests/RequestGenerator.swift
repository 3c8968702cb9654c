/// Draws request heads that are sound, nearly sound or broken, from pieces that matter to the grammar.
struct RequestGenerator {
    var random: SeededGenerator

    private static let methods = ["GET", "POST", "HEAD", "OPTIONS", "CONNECT", "PUT", "get", "M-SEARCH", "G(T", ""]
    private static let targets = [
        "/", "/v1/models/iris:predict", "/a?b=c", "/a?b?c", "*", "http://x/y?z", "https://X.y:443", "http://x?q",
        "x:80",
        "/a b", "/\u{0}", "/a#b", "a", "http://u@x/", "", "//x", "/%2e%2e", "/{}|", "http://[::1]:8/", "x", "?",
        "[::1]:1",
    ]
    private static let versions = ["HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "http/1.1", "HTTP/1.1 ", "HTTP/11", ""]
    private static let names = [
        "Content-Length", "Transfer-Encoding", "Connection", "Expect", "Upgrade", "TE", "Host", "X-A", "x-b", "Accept",
        "Keep-Alive", "X-Forwarded-For", "Proxy-Authorization", "Cookie", "Trailer", "Via", "x-request-id", "X A", "",
        "X\u{B}", "close",
    ]
    private static let values: [String: [String]] = [
        "Content-Length": ["0", "5", "5", "5 ", "05", "+5", "-1", "0x5", "5,5", "", "9223372036854775807", "1e1"],
        "Transfer-Encoding": [
            "chunked", "chunked", "CHUNKED ", "gzip", "gzip, chunked", "chunked, gzip", "x y", "", ",",
        ],
        "Connection": [
            "close", "keep-alive", "Upgrade", "te, close", "x-a", "x-a,x-b", "host", ",,", "a b", "", "close,",
        ],
        "Expect": ["100-continue", "100-Continue", "x", ""],
        "Upgrade": ["websocket", "h2c", "WebSocket", "", "a, b"],
        "TE": ["trailers", "deflate", "trailers, deflate", "TRAILERS"],
        "Host": ["a", "b.c:80", "a,b", "", "[::1]", "a:99999", "x.y.", "a b", "A_b"],
    ]
    private static let otherValues = [
        "1", "a b", "", "é", "\t", "\u{0}", "a\u{7F}", "text/html; q=0.5, */*", " padded ", "a\rb", "a\nb", "::", "x-a",
    ]
    private static let separators = [": ", ": ", ": ", ":", ":\t ", " : ", ":  "]
    private static let lineEnds = ["\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", "\r\n "]

    /// Bytes of a request head, often followed by some more.
    mutating func request() -> [UInt8] {
        // Most draws hold to the sound end of each list, or nothing would ever be complete.
        let mischief = self.random.pick([0, 0, 2, 10, 40])
        var text = self.draw(["", "", "\r\n", "\r\n\r\n"], mischief, fallback: "")
        text += self.draw(Self.methods, mischief, fallback: self.random.pick(["GET", "POST", "OPTIONS"])) + " "
        text += self.draw(Self.targets, mischief, fallback: self.random.pick(Array(Self.targets[..<4]))) + " "
        text += self.draw(Self.versions, mischief, fallback: self.random.pick(["HTTP/1.1", "HTTP/1.1", "HTTP/1.0"]))
        text += self.lineEnd(mischief)
        if !self.random.chance(5) { text += "Host: \(self.random.pick(["a", "b.c:80", "X.localhost", "[::1]"]))\r\n" }
        for _ in 0..<Int.random(in: 0...6, using: &self.random) { text += self.line(mischief) }
        text += self.random.chance(95) ? "\r\n" : "\n"
        if self.random.chance(30) { text += "0\r\n\r\nGET / HTTP/1.1\r\n\r\n" }
        var bytes = Array(text.utf8)
        for _ in 0..<(self.random.chance(mischief) ? Int.random(in: 1...3, using: &self.random) : 0) {
            self.mutate(&bytes)
        }
        return bytes
    }

    private mutating func draw(_ choices: [String], _ percent: Int, fallback: String) -> String {
        self.random.chance(percent) ? self.random.pick(choices) : fallback
    }

    private mutating func lineEnd(_ mischief: Int) -> String { self.draw(Self.lineEnds, mischief, fallback: "\r\n") }

    private mutating func line(_ mischief: Int) -> String {
        let name = self.draw(Self.names, mischief, fallback: self.random.pick(Array(Self.names[..<16])))
        let isHost = name == "Host" && !self.random.chance(mischief)
        let candidates = Self.values[name] ?? Self.otherValues
        let sound = candidates[Int.random(in: 0..<min(3, candidates.count), using: &self.random)]
        let value = self.draw(candidates, mischief * 2, fallback: sound)
        let separator = self.draw(Self.separators, mischief, fallback: ": ")
        let cased = self.random.chance(20) ? name.uppercased() : name
        return (isHost ? "X-Host" : cased) + separator + value + self.lineEnd(mischief)
    }

    mutating func mutate(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let index = Int.random(in: 0..<bytes.count, using: &self.random)
        let interesting: [UInt8] = [0, 9, 10, 11, 13, 32, 34, 35, 44, 58, 64, 0x5F, 0x7F, 0x80, 0xFF]
        let byte =
            self.random.chance(60) ? self.random.pick(interesting) : UInt8.random(in: 0...255, using: &self.random)
        switch Int.random(in: 0..<4, using: &self.random) {
        case 0: bytes[index] = byte
        case 1: bytes.insert(byte, at: index)
        case 2: bytes.remove(at: index)
        default:
            let end = min(bytes.count, index + Int.random(in: 1...20, using: &self.random))
            bytes.insert(contentsOf: bytes[index..<end], at: index)
        }
    }
}
