public import StructuredData

/// Which partitions of a topic count: `1-4,8,10-12`, or all of them.
public struct KafkaPartitionLimitation: Sendable, Equatable {
    /// In ascending order, without overlaps; empty for all partitions.
    public let ranges: [ClosedRange<Int32>]

    public static let all = KafkaPartitionLimitation(ranges: [])

    private init(ranges: [ClosedRange<Int32>]) {
        self.ranges = ranges
    }

    /// Reads a list of numbers and ranges; empty text and white space mean all partitions.
    ///
    /// - Throws: The first part that is none, without a path.
    public init(_ text: String) throws(Problem) {
        var ranges: [ClosedRange<Int32>] = []
        let trimmed = Self.trimmed(text[...])
        guard !trimmed.isEmpty else {
            self = .all
            return
        }
        for part in trimmed.split(separator: ",", omittingEmptySubsequences: false) {
            ranges.append(try Self.range(Self.trimmed(part)))
        }
        self.ranges = Self.merged(ranges)
    }

    public func contains(_ partition: Int32) -> Bool {
        self.ranges.isEmpty || self.ranges.contains { $0.contains(partition) }
    }

    private static func range(_ part: Substring) throws(Problem) -> ClosedRange<Int32> {
        let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int32(Self.trimmed($0)) }
        if ends.count == 1, let only = ends[0], only >= 0 { return only...only }
        if ends.count == 2, let first = ends[0], let last = ends[1], first >= 0, first <= last { return first...last }
        let message = "has the part '\(part)', but parts must be partitions such as 8 or ranges such as 1-4"
        throw Problem(path: "", message: message)
    }

    private static func merged(_ ranges: [ClosedRange<Int32>]) -> [ClosedRange<Int32>] {
        var merged: [ClosedRange<Int32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
