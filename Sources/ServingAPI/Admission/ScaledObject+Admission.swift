public import StructuredData

extension ScaledObject {
    /// Every mistake in `json` that can be told without asking a source: what the types of triggers want in their
    /// `metadata` is their business.
    public static func problems(of json: JSONValue) -> [Problem] {
        let reader = FieldReader(json)
        let object = ScaledObject(reading: reader)
        // A field that could not be read broke that rule first.
        let unread = Set(reader.problems.map(\.path))
        return reader.problems + ScaledObjectRules.problems(of: object).filter { !unread.contains($0.path) }
    }

    /// Nothing when `json` can be read, whatever rules it breaks; else every mistake, because whoever mends one wants to
    /// hear of the others at the same time.
    public static func readingProblems(of json: JSONValue) -> [Problem] {
        let reader = FieldReader(json)
        _ = ScaledObject(reading: reader)
        return reader.problems.isEmpty ? [] : Self.problems(of: json)
    }

    /// What `json` asks for, as well as it can be read: for whoever says what else is wrong with it.
    public static func draft(of json: JSONValue) -> ScaledObjectSpec { ScaledObject(reading: FieldReader(json)).spec }

    /// Reads and checks; every problem is reported at once.
    public static func admit(_ json: JSONValue) throws(ProblemList) -> ScaledObject {
        let problems = Self.problems(of: json)
        guard problems.isEmpty else { throw ProblemList(problems) }
        return try ScaledObject(json: json)
    }

    /// Why an object of this kind is not taken, or `nil` when nothing is known against it.
    ///
    /// `ScaledJob` starts Jobs, which run to their end; there are none here.
    public static func refusal(ofKind kind: String) -> String? {
        guard kind == "ScaledJob" else { return nil }
        return
            "ScaledJob is not supported: it starts a Job for each piece of work, and there are no Jobs here; use a "
            + "ScaledObject, whose replicas finish what they began before they are stopped"
    }
}
