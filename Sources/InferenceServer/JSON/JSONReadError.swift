/// What is wrong with a request's JSON, and where.
struct JSONReadError: Error, Equatable {
    let message: String
    /// Bytes of the body before the offending one.
    let offset: Int
}
