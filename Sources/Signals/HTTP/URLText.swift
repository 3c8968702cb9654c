/// Addresses as text.
enum URLText {
    /// Percent-encodes all but letters, digits and `-._~`.
    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default: encoded += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return encoded
    }

    static func adding(_ parameters: [(name: String, value: String)], to url: String) -> String {
        guard !parameters.isEmpty else { return url }
        let text = parameters.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }.joined(separator: "&")
        return url + (url.contains("?") ? "&" : "?") + text
    }

    /// Whether a text begins as an address that HTTP can ask.
    static func isHTTP(_ url: String) -> Bool {
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https", url.dropFirst(scheme.count).hasPrefix("://") else { return false }
        let host = url.dropFirst(scheme.count + 3).prefix { $0 != "/" && $0 != "?" }
        return !host.isEmpty && !url.contains(where: \.isWhitespace)
    }

    /// The part `https://host:port` of an address.
    static func origin(of url: String) -> Substring {
        guard let scheme = url.firstRange(of: "://") else { return "" }
        return url[..<(url[scheme.upperBound...].firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? url.endIndex)]
    }
}

extension MetadataReader {
    /// An address with the scheme http or https, without slashes at its end; reported when it is none.
    func url(_ key: String, from origins: Origins = .metadata) -> String {
        let url = self.requiredText(key, from: origins).trimmed
        if !url.isEmpty, !URLText.isHTTP(url) {
            self.report("must be an address that begins with http:// or https://", at: key)
        }
        return url
    }

    /// Pairs as `a=b,c=d`; empty when absent.
    func pairs(_ key: String) -> [(name: String, value: String)] {
        self.list(key).compactMap { part in
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { $0.trimmed }
            if sides.count == 2, !sides[0].isEmpty { return (sides[0], sides[1]) }
            self.report("has '\(part)', but must be pairs as name=value,name=value", at: key)
            return nil
        }
    }
}
