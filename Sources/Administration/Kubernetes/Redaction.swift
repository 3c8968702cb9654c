import KubernetesClient
import StructuredData

/// Takes passwords out of what people are shown: how things are set up is no secret.
///
/// People put passwords into addresses (`amqp://user:password@broker`) and into plain variables. Neither leaves through
/// the read-only API.
enum Redaction {
    static let mark = "***"
    private static let secretWords = ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "APIKEY", "API_KEY", "PRIVATE_KEY"]

    static func redacted(_ object: KubernetesObject) -> KubernetesObject {
        KubernetesObject(json: Self.redacted(object.json))
    }

    static func redacted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text):
            return .string(Self.redacted(text))
        case .array(let elements):
            return .array(elements.map(Self.redacted))
        case .object(let members):
            var result = JSONObject()
            let isSecretVariable = members["value"] != nil && members["name"]?.stringValue.map(Self.namesSecret) == true
            for (key, member) in members {
                let hidesText = Self.namesSecret(key) || (isSecretVariable && key == "value")
                result[key] =
                    hidesText && member.stringValue?.isEmpty == false ? .string(Self.mark) : Self.redacted(member)
            }
            return .object(result)
        default:
            return value
        }
    }

    /// The text with the passwords of all addresses in it replaced.
    static func redacted(_ text: String) -> String {
        guard text.contains("://"), text.contains("@") else { return text }
        var result = ""
        var rest = text[...]
        while let scheme = rest.firstRange(of: "://") {
            result += rest[..<scheme.upperBound]
            rest = rest[scheme.upperBound...]
            // An authority ends where a path, a query or the text around the address begins.
            let authority = rest.prefix { !"/?#\"' \n,".contains($0) }
            guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else {
                continue
            }
            result += authority[...colon] + Self.mark
            rest = rest[at...]
        }
        return result + rest
    }

    private static func namesSecret(_ name: String) -> Bool {
        // References name the place of a secret, and places may be seen.
        let upper = name.uppercased()
        guard !upper.hasSuffix("REF"), !upper.hasSuffix("NAME"), !upper.hasSuffix("FROMENV") else { return false }
        return Self.secretWords.contains { upper.contains($0) }
    }
}
