/// Whether a model may be given batches, as far as is known.
///
/// That the first dimension of a model's inputs and outputs varies does not say that it counts requests: it may be a
/// length in time, or the model may mix its rows. So the first batches are also run one by one, and what comes out of
/// both is compared, before a request is answered out of a batch.
struct BatchVerdict: Equatable {
    enum Standing: Equatable {
        /// So many batches have to be compared yet.
        case onTrial(remaining: Int)
        case allowed
        /// In words for an operator.
        case refused(String)
    }

    private(set) var standing = Standing.onTrial(remaining: 2)

    var isRefused: Bool { if case .refused = self.standing { true } else { false } }

    /// A batch was compared with single runs.
    ///
    /// - Returns: What to tell the operator, when this settled the question.
    mutating func compared(_ result: BatchTrial, allowsRounding: Bool) -> String? {
        guard case .onTrial(let remaining) = self.standing else { return nil }
        switch result {
        case .different(let reason): return self.refuse(reason)
        case .rounded where !allowsRounding:
            return self.refuse("answers differ in their last digits from those of single runs")
        case .identical, .rounded:
            self.standing = remaining > 1 ? .onTrial(remaining: remaining - 1) : .allowed
            return nil
        }
    }

    /// A batch came out in a form that cannot be divided.
    ///
    /// - Returns: What to tell the operator, the first time.
    mutating func refuse(_ reason: String) -> String? {
        guard !self.isRefused else { return nil }
        self.standing = .refused(reason)
        return reason
    }
}
