/// A request method that this house treats by name; every other valid one is `other`.
public enum HTTPMethod: UInt8, Sendable {
    case other, get, head, post, put, delete, connect, options, trace, patch

    /// The method a token names; methods are case-sensitive.
    @inline(__always)
    init(_ base: UnsafeRawPointer, from start: Int, to methodEnd: Int, end: Int) {
        let count = methodEnd &- start
        guard count <= 7 else {
            self = .other
            return
        }
        self =
            switch base.partialWord(start, count: count, end: end) {
            case Self.word("GET"): .get
            case Self.word("HEAD"): .head
            case Self.word("POST"): .post
            case Self.word("PUT"): .put
            case Self.word("DELETE"): .delete
            case Self.word("CONNECT"): .connect
            case Self.word("OPTIONS"): .options
            case Self.word("TRACE"): .trace
            case Self.word("PATCH"): .patch
            default: .other
            }
    }

    /// A name of at most eight bytes as the word that stands for it in memory; a constant once compiled.
    @inline(__always)
    private static func word(_ name: StaticString) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<name.utf8CodeUnitCount { word |= UInt64(name.utf8Start[index]) &<< UInt64(index &* 8) }
        return word
    }
}
