/// Swift source with everything blanked out that is not code.
enum SwiftText {
    /// The code without comments and without the contents of string literals; line ends stay where they are.
    ///
    /// Interpolations count as content: what matters here stands in plain code.
    static func code(of source: String) -> String {
        var scanner = Scanner(Array(source.utf8))
        return scanner.run()
    }

    private struct Scanner {
        private let bytes: [UInt8]
        private var position = 0
        private var code: [UInt8] = []

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
        }

        mutating func run() -> String {
            while self.position < self.bytes.count {
                switch self.bytes[self.position] {
                case UInt8(ascii: "/") where self.looksAt("//"): self.skipLineComment()
                case UInt8(ascii: "/") where self.looksAt("/*"): self.skipBlockComment()
                case UInt8(ascii: "#") where self.looksAt("#\"") || self.looksAt("##\""): self.skipString()
                case UInt8(ascii: "\""): self.skipString()
                case let byte:
                    self.code.append(byte)
                    self.position += 1
                }
            }
            return String(decoding: self.code, as: UTF8.self)
        }

        private func looksAt(_ text: String) -> Bool {
            var position = self.position
            for byte in text.utf8 {
                guard position < self.bytes.count, self.bytes[position] == byte else { return false }
                position += 1
            }
            return true
        }

        private mutating func skipLineComment() {
            while self.position < self.bytes.count, self.bytes[self.position] != UInt8(ascii: "\n") {
                self.position += 1
            }
        }

        private mutating func skipBlockComment() {
            var depth = 0
            repeat {
                if self.looksAt("/*") {
                    depth += 1
                    self.position += 2
                } else if self.looksAt("*/") {
                    depth -= 1
                    self.position += 2
                } else {
                    if self.bytes[self.position] == UInt8(ascii: "\n") { self.code.append(self.bytes[self.position]) }
                    self.position += 1
                }
            } while depth > 0 && self.position < self.bytes.count
        }

        private mutating func skipString() {
            var hashes = 0
            while self.bytes[self.position] == UInt8(ascii: "#") {
                hashes += 1
                self.position += 1
            }
            let quote = self.looksAt("\"\"\"") ? "\"\"\"" : "\""
            let end = quote + String(repeating: "#", count: hashes)
            let escape = "\\" + String(repeating: "#", count: hashes)
            self.position += quote.utf8.count
            while self.position < self.bytes.count, !self.looksAt(end) {
                if self.bytes[self.position] == UInt8(ascii: "\n") { self.code.append(UInt8(ascii: "\n")) }
                // The character behind a backslash ends nothing.
                self.position += self.looksAt(escape) ? escape.utf8.count + 1 : 1
            }
            self.position += end.utf8.count
            self.code += Array("\"\"".utf8)
        }
    }
}
