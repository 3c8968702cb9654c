/// `$(NAME)` in commands, arguments and values of variables, as Kubernetes expands it.
enum VariableExpansion {
    /// Replaces references to known variables; `$$` stands for one `$`, and a reference to an unknown variable stays as
    /// it is written.
    static func expand(_ text: String, with variables: [String: String]) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        var result = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            switch rest.first {
            case "$":
                result += "$"
                rest.removeFirst()
            case "(":
                guard let close = rest.firstIndex(of: ")") else {
                    result += "$"
                    continue
                }
                let reference = rest[...close]
                let name = String(reference.dropFirst().dropLast())
                result += variables[name] ?? "$\(reference)"
                rest = rest[rest.index(after: close)...]
            default:
                result += "$"
            }
        }
        return result + rest
    }
}
