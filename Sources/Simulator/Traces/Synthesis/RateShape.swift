/// How the rate of arrivals goes up and down over a day, a week, or any period: factors with mean 1.
public struct RateShape: Sendable, Hashable {
    public let periodSeconds: Double
    /// The rate of equal parts of the period, as factors of the mean rate.
    public let factors: [Double]

    /// - Parameter levels: Of equal parts of the period, in any unit; at least one is above zero, none below.
    public init(periodSeconds: Double, levels: [Double]) {
        let mean = levels.reduce(0, +) / Double(max(1, levels.count))
        precondition(periodSeconds > 0 && mean > 0 && levels.allSatisfy { $0 >= 0 }, "a shape of \(levels)")
        self.periodSeconds = periodSeconds
        self.factors = levels.map { $0 / mean }
    }

    /// A day with its peak at an hour and a trough twelve hours later, a cosine between them in quarters of an hour.
    ///
    /// - Parameter ratio: The peak's rate by the trough's, at least 1.
    public static func daily(peakHour: Double = 14, ratio: Double = 5) -> RateShape {
        RateShape(periodSeconds: 86_400, levels: Self.day(peakHour: peakHour, ratio: ratio, parts: 96))
    }

    /// A week of such days, the last two of which have `weekend` times as many requests.
    public static func weekly(peakHour: Double = 14, ratio: Double = 5, weekend: Double = 0.4) -> RateShape {
        let day = Self.day(peakHour: peakHour, ratio: ratio, parts: 96)
        let levels = (0..<7).flatMap { number in day.map { number < 5 ? $0 : $0 * weekend } }
        return RateShape(periodSeconds: 7 * 86_400, levels: levels)
    }

    private static func day(peakHour: Double, ratio: Double, parts: Int) -> [Double] {
        let amplitude = (max(1, ratio) - 1) / (max(1, ratio) + 1)
        return (0..<parts).map { part in
            let hour = 24 * (Double(part) + 0.5) / Double(parts)
            return 1 + amplitude * Self.cosine(turn: (hour - peakHour) / 24)
        }
    }

    /// A parabola through each half wave, within a tenth of the cosine's height; the same on every machine.
    private static func cosine(turn: Double) -> Double {
        // From -0.5 to 0.5, the peak at 0.
        let phase = turn - turn.rounded()
        let quarter = 0.25 - phase.magnitude
        let parabola = 8 * quarter - 16 * quarter * quarter.magnitude
        // One step of refinement brings the parabola to a thousandth of the cosine.
        return 0.225 * (parabola * parabola.magnitude - parabola) + parabola
    }
}
