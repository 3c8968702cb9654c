extension QueueMessage {
    /// The message as a prediction request.
    ///
    /// As in V2 over HTTP, `inference-header-content-length` says how many bytes of JSON stand in front of binary
    /// tensors, and 0 that the body is one tensor and nothing else. Everything else is JSON, and its members tell the
    /// protocol. The content type is no guide: common clients call everything an octet stream.
    func predictionRequest() throws(InferenceError) -> PredictionRequest {
        let id = AnswerComposer.identity(of: self)
        guard let text = self.header("inference-header-content-length") else {
            return PredictionRequest(form: .anyJSON, body: self.body, substituteID: id)
        }
        guard let length = Int(text), length >= 0 else {
            throw InferenceError(
                .invalidInput,
                "the header inference-header-content-length must be a number of bytes, and it is '\(text.prefix(32))'"
            )
        }
        return PredictionRequest(form: .v2(headerLength: length), body: self.body, substituteID: id)
    }
}
