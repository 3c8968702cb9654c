/// What a command of the simulator has to say, before anybody decides how it looks.
///
/// The order is the reader's: the verdict in words, the figures, the pictures, how it was made, how far to trust it.
public struct Report: Sendable {
    public var title: String
    /// One line on what was asked.
    public var subtitle: String
    /// The answer, in sentences; the first one is the one to forward.
    public var verdict: [String]
    public var isGood: Bool
    public var tables: [ReportTable]
    public var plots: [Plot]
    /// How the report came to be: seed, replications, hashes.
    public var provenance: [Fact]
    /// What the figures do not cover.
    public var limits: [String]

    public struct Fact: Sendable, Equatable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(title: String, subtitle: String, verdict: [String] = [], isGood: Bool = true) {
        self.title = title
        self.subtitle = subtitle
        self.verdict = verdict
        self.isGood = isGood
        self.tables = []
        self.plots = []
        self.provenance = []
        self.limits = []
    }
}

/// A table of a report; cells are text that is ready to be read.
public struct ReportTable: Sendable, Equatable {
    public struct Cell: Sendable, Equatable, ExpressibleByStringLiteral {
        public var text: String
        /// Worth a second look, or the best of its column.
        public var emphasis: Emphasis

        public init(_ text: String, _ emphasis: Emphasis = .none) {
            self.text = text
            self.emphasis = emphasis
        }

        public init(stringLiteral value: String) { self.init(value) }
    }

    public enum Emphasis: String, Sendable { case none, good, bad, quiet }

    public var title: String
    public var columns: [String]
    public var rows: [[Cell]]
    /// A sentence below it.
    public var note: String?

    /// Whether a column holds words rather than figures, and so begins on the left.
    func isText(column: Int) -> Bool { self.columns.indices.contains(column) && self.columns[column] == "meaning" }

    public init(title: String, columns: [String], rows: [[Cell]] = [], note: String? = nil) {
        self.title = title
        self.columns = columns
        self.rows = rows
        self.note = note
    }
}
