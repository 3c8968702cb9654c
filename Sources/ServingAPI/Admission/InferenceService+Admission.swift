public import StructuredData

extension InferenceService {
    /// Every mistake in `json`, as a new object or as the successor of `old`.
    public static func problems(of json: JSONValue, replacing old: JSONValue? = nil) -> [Problem] {
        let reader = FieldReader(json)
        _ = InferenceService(reading: reader)
        return reader.problems
    }
}
