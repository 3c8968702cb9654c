/// A picture of a report: its title, a caption that says how to read it, and the drawing.
public struct Plot: Sendable {
    public var title: String
    public var caption: String
    /// An `svg` element; colours are the page's variables `--c0` to `--c7`.
    public var svg: String

    public init(title: String, caption: String, svg: String) {
        self.title = title
        self.caption = caption
        self.svg = svg
    }
}
