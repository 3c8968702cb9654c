/// Names nobody else has.
enum RandomNames {
    /// Without vowels, so that no words come about, and without digits that look like letters.
    private static let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")

    /// Five characters, as Kubernetes appends them to `generateName`.
    static func suffix() -> String {
        String((0..<5).map { _ in Self.alphabet[Int.random(in: 0..<Self.alphabet.count)] })
    }

    /// A random UUID (RFC 9562, version 4) in its usual form.
    static func uid() -> String {
        var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array("0123456789abcdef")
        var text = ""
        for (position, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(position) { text.append("-") }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0xF)])
        }
        return text
    }
}
