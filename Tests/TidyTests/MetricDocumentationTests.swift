import Testing

/// docs/metrics.md and the source name the same metrics.
@Suite("documented metrics")
struct MetricDocumentationTests {
    /// Names that stand in string literals of the source.
    ///
    /// A name is written whole, so that it can be searched for.
    static func namesInSources() -> Set<String> {
        Set(
            SourceTree.sources.filter { $0.mentions(["\"pilotlight_"]) }.flatMap { file in
                file.text.matches(of: #/"(pilotlight_[a-z0-9_]+)"/#).map { String($0.1) }
            }
        )
    }

    /// Names in the document, without what Prometheus adds to the name of a histogram.
    static func namesInDocument(_ text: String, known: Set<String>) -> Set<String> {
        Set(
            text.matches(of: #/\bpilotlight_[a-z0-9_]+/#).map { match in
                let name = String(match.0)
                let bases = ["_bucket", "_sum", "_count"].filter(name.hasSuffix).map { String(name.dropLast($0.count)) }
                return bases.first(where: known.contains) ?? name
            }
        )
    }

    @Test("every metric is documented, and every documented metric exists")
    func sameNames() throws {
        let document = try #require(SourceTree.file("docs/metrics.md")?.text)
        let inSources = Self.namesInSources()
        #expect(!inSources.isEmpty, "no metrics found, so nothing was checked")
        let documented = Self.namesInDocument(document, known: inSources)
        for name in inSources.subtracting(documented).sorted() {
            Issue.record("docs/metrics.md does not tell of \(name)")
        }
        for name in documented.subtracting(inSources).sorted() {
            Issue.record("docs/metrics.md tells of \(name), which no source reports")
        }
    }

    @Test("a metric's name is written whole")
    func wholeNames() {
        for file in SourceTree.sources where file.mentions(["\"pilotlight_"]) {
            for (number, line) in file.lines.enumerated() {
                #expect(
                    !line.contains(#/"pilotlight_[a-z0-9_]*\\\(/#),
                    "\(file.path):\(number + 1) puts a name together"
                )
            }
        }
    }
}
