/// One key that operators can set for all services: what it means and what it accepts.
public struct ScalingSetting: Sendable {
    public let key: String
    public let defaultText: String
    /// As it follows the words "must be".
    public let accepted: String
    public let meaning: String
    /// Sets the value; `false` when the text is none that is accepted.
    let apply: @Sendable (String, inout ScalingDefaults) -> Bool
}

extension ScalingSetting {
    typealias Path<Value> = any WritableKeyPath<ScalingDefaults, Value> & Sendable

    static func number(
        _ key: String,
        _ path: Path<Double>,
        _ defaultText: String,
        _ accepted: String,
        _ meaning: String,
        where isAccepted: @escaping @Sendable (Double) -> Bool
    ) -> ScalingSetting {
        ScalingSetting(key: key, defaultText: defaultText, accepted: accepted, meaning: meaning) { text, defaults in
            guard let value = DecimalText.parse(text), isAccepted(value) else { return false }
            defaults[keyPath: path] = value
            return true
        }
    }

    static func int(
        _ key: String,
        _ path: Path<Int>,
        _ defaultText: String,
        atLeast least: Int,
        _ meaning: String
    ) -> ScalingSetting {
        let accepted = "a whole number of at least \(least)"
        return ScalingSetting(key: key, defaultText: defaultText, accepted: accepted, meaning: meaning) {
            text,
            defaults in
            guard let value = Int(text), (least...Int(Int32.max)).contains(value) else { return false }
            defaults[keyPath: path] = value
            return true
        }
    }

    static func bool(_ key: String, _ path: Path<Bool>, _ defaultText: String, _ meaning: String) -> ScalingSetting {
        ScalingSetting(key: key, defaultText: defaultText, accepted: "true or false", meaning: meaning) {
            text,
            defaults in
            guard let value = Bool(text.lowercased()) else { return false }
            defaults[keyPath: path] = value
            return true
        }
    }

    static func duration(
        _ key: String,
        _ path: Path<Double>,
        _ defaultText: String,
        _ accepted: String,
        _ meaning: String,
        where isAccepted: @escaping @Sendable (Duration) -> Bool = { $0 >= .zero }
    ) -> ScalingSetting {
        ScalingSetting(key: key, defaultText: defaultText, accepted: accepted, meaning: meaning) { text, defaults in
            guard let value = DurationText.parse(text), isAccepted(value) else { return false }
            defaults[keyPath: path] = value.inSeconds
            return true
        }
    }

    static func wholeSeconds(
        _ key: String,
        _ path: Path<Int>,
        _ defaultText: String,
        _ accepted: String,
        _ meaning: String,
        in range: ClosedRange<Duration>
    ) -> ScalingSetting {
        ScalingSetting(key: key, defaultText: defaultText, accepted: accepted, meaning: meaning) { text, defaults in
            guard let value = DurationText.parse(text), value.isWholeSeconds, range.contains(value) else {
                return false
            }
            defaults[keyPath: path] = Int(value.components.seconds)
            return true
        }
    }
}
