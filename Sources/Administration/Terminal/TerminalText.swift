/// Numbers, ages and other people's words for a terminal.
enum TerminalText {
    /// To a tenth, without a needless one.
    static func number(_ value: Double) -> String {
        let tenths = (value * 10).rounded()
        guard let whole = Int(exactly: tenths) else { return "\(value)" }
        return whole % 10 == 0 ? "\(whole / 10)" : "\(tenths / 10)"
    }

    static func age(_ seconds: Double) -> String {
        switch seconds {
        case ..<1.5: "just now"
        case ..<90: "\(Int(seconds.rounded())) s ago"
        case ..<5400: "\(Int((seconds / 60).rounded())) min ago"
        case ..<129_600: "\(Int((seconds / 3600).rounded())) h ago"
        default: "\(Int((seconds / 86_400).rounded())) d ago"
        }
    }

    /// Without control characters: what comes from a manifest or a model must not steer the terminal.
    static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) ? " " : $0 }
            )
        )
    }
}
