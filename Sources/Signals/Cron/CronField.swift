/// One field of a cron schedule: the set of its values.
struct CronField: Sendable, Equatable {
    /// What the field may hold.
    struct Limits: Sendable {
        let name: String
        let range: ClosedRange<Int>
        /// Three letters each, in capitals; the first stands for the lowest value.
        let names: [String]

        static let minute = Limits(name: "minute", range: 0...59, names: [])
        static let hour = Limits(name: "hour", range: 0...23, names: [])
        static let dayOfMonth = Limits(name: "day of the month", range: 1...31, names: [])
        static let month = Limits(
            name: "month",
            range: 1...12,
            names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
        )
        /// 7 is Sunday as well.
        static let dayOfWeek = Limits(
            name: "day of the week",
            range: 0...7,
            names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
        )
    }

    /// Bit *n* is set when *n* is in the set.
    private(set) var bits: UInt64 = 0
    /// Written as `*` or `?`, with or without a step: such a day field does not widen the other one.
    let isAny: Bool

    func contains(_ value: Int) -> Bool { self.bits & (1 << UInt64(value)) != 0 }

    /// Reads `*`, `5`, `1-5`, `*/10`, `8-18/2`, `30/5` and names, and lists of these.
    init(_ text: some StringProtocol, _ limits: Limits) throws(CronError) {
        self.isAny = text.first == "*" || text.first == "?"
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            try self.insert(part, limits)
        }
        if limits.range == Limits.dayOfWeek.range, self.contains(7) { self.bits |= 1 }
    }

    private mutating func insert(_ part: some StringProtocol, _ limits: Limits) throws(CronError) {
        let pieces = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let range = pieces.first else { throw Self.wrong(part, limits) }
        let ends = range.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let (first, last): (Int, Int)
        if range == "*" || range == "?" {
            (first, last) = (limits.range.lowerBound, limits.range.upperBound)
        } else if ends.count == 2 {
            (first, last) = (try Self.value(ends[0], limits), try Self.value(ends[1], limits))
        } else {
            first = try Self.value(range, limits)
            last = pieces.count == 2 ? limits.range.upperBound : first
        }
        guard first <= last else {
            throw CronError("the \(limits.name) '\(part)' ends before it begins")
        }
        var step = 1
        if pieces.count == 2 {
            guard let number = Int(pieces[1]), number > 0 else { throw Self.wrong(part, limits) }
            step = number
        }
        for value in stride(from: first, through: last, by: step) { self.bits |= 1 << UInt64(value) }
    }

    private static func value(_ text: some StringProtocol, _ limits: Limits) throws(CronError) -> Int {
        if let index = limits.names.firstIndex(of: text.uppercased()) { return limits.range.lowerBound + index }
        guard let number = Int(text), limits.range.contains(number) else { throw Self.wrong(text, limits) }
        return number
    }

    private static func wrong(_ text: some StringProtocol, _ limits: Limits) -> CronError {
        CronError(
            "the \(limits.name) '\(text)' is none; "
                + "it goes from \(limits.range.lowerBound) to \(limits.range.upperBound)"
        )
    }
}

/// Why a text is no cron schedule; one sentence.
struct CronError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
