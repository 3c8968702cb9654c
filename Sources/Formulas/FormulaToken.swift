/// One word, number or sign of a formula.
struct FormulaToken: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case number(Double)
        case text(String)
        case name(String)
        /// An operator, a bracket, a comma: `&&`, `(`.
        case sign(String)
        case end
    }

    var kind: Kind
    /// Counted from one, in characters.
    var column: Int

    /// As an error message quotes it.
    var quoted: String {
        switch kind {
        case .number(let number):
            "the number \(number == number.rounded() ? "\(Int64(exactly: number) ?? 0)" : "\(number)")"
        case .text: "a text"
        case .name(let name): "'\(name)'"
        case .sign(let sign): "'\(sign)'"
        case .end: "the end"
        }
    }
}
