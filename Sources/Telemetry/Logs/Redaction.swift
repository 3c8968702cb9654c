/// Keeps secrets out of logs and of everything else that people read.
public enum Redaction {
    /// What stands in place of a secret.
    public static let placeholder = "[redacted]"

    private static let secretWords: Set<String> = [
        "password", "passwd", "passphrase", "secret", "secrets", "token", "authorization", "cookie", "credential",
        "credentials", "apikey", "accesskey", "privatekey", "sas",
    ]
    private static let secretPairs: Set<String> = [
        "api key", "access key", "private key", "signing key", "account key",
    ]

    /// Whether what bears this name is a secret: `AWS_SECRET_ACCESS_KEY`, `apiKey` and `X-Auth-Token` are, `maxTokens`
    /// is not.
    public static func isSecret(name: String) -> Bool {
        let words = Self.words(of: name)
        return words.contains(where: Self.secretWords.contains)
            || zip(words, words.dropFirst()).contains { Self.secretPairs.contains("\($0) \($1)") }
    }

    /// The value, or the placeholder when its name says that it is a secret.
    public static func value(_ value: String, named name: String) -> String {
        Self.isSecret(name: name) ? Self.placeholder : value
    }

    /// The text with the user part of every address in it taken out: `amqp://user:pw@host` to `amqp://[redacted]@host`.
    public static func withoutCredentials(_ text: String) -> String {
        var remaining = text[...]
        var redacted = ""
        while let scheme = remaining.firstRange(of: "://") {
            redacted += remaining[..<scheme.upperBound]
            remaining = remaining[scheme.upperBound...]
            let end = remaining.firstIndex { "/?# \"'<>\n\t,".contains($0) } ?? remaining.endIndex
            if let sign = remaining[..<end].lastIndex(of: "@") {
                redacted += Self.placeholder
                remaining = remaining[sign...]
            }
        }
        return redacted + remaining
    }

    /// The words of `snake_case`, `kebab-case` and `camelCase` in lower case.
    private static func words(of name: String) -> [String] {
        var words: [String] = []
        var word = ""
        var wasLower = false
        for character in name {
            let isSeparator = !character.isLetter && !character.isNumber
            if isSeparator || (character.isUppercase && wasLower) {
                if !word.isEmpty { words.append(word) }
                word = ""
            }
            if !isSeparator { word += character.lowercased() }
            wasLower = character.isLowercase || character.isNumber
        }
        if !word.isEmpty { words.append(word) }
        return words
    }
}
