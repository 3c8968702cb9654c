import ArgumentParser

/// `key=value`.
struct Setting: ExpressibleByArgument {
    let key: String
    let value: String

    init?(argument: String) {
        guard let separator = argument.firstIndex(of: "="), separator != argument.startIndex else { return nil }
        self.key = String(argument[..<separator])
        self.value = String(argument[argument.index(after: separator)...])
    }
}
