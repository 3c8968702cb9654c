import StructuredData
import Testing

@Suite("FieldReader")
struct FieldReaderTests {
    enum Size: String, CaseIterable {
        case small, medium, large
    }

    @Test("right fields are read and nothing is reported") func rightFields() throws {
        let reader = FieldReader([
            "name": "iris", "count": 3, "share": 0.5, "on": true, "size": "small", "tags": ["a", "b"],
            "labels": ["x": "1"], "memory": "2Gi", "inner": ["deep": "yes"], "items": [["n": 1], ["n": 2]],
            "limits": ["cpu": 1, "memory": "500M"], "absent": nil,
        ])
        #expect(reader.requiredString("name") == "iris")
        #expect(reader.requiredInt("count", in: 1...3) == 3)
        #expect(reader.number("share", in: 0...1) == 0.5)
        #expect(reader.bool("on") == true)
        #expect(reader.choice("size", as: Size.self) == .small)
        #expect(reader.strings("tags") == ["a", "b"])
        #expect(reader.stringMap("labels") == ["x": "1"])
        #expect(reader.quantity("memory")?.value == 2_147_483_648)
        #expect(reader.child("inner")?.string("deep") == "yes")
        #expect(reader.children("items").map { $0.int("n") } == [1, 2])
        #expect(reader.quantities("limits") == ["cpu": Quantity("1"), "memory": Quantity("500000k")])
        #expect(reader.string("absent") == nil)
        reader.refuseUnknownMembers()
        try reader.finish()
    }

    @Test("every mistake is reported, each with its path") func everyMistake() {
        let reader = FieldReader([
            "count": 9, "share": "half", "on": "yes", "size": "Large", "tags": ["a", 1], "labels": ["a.b/c": 1],
            "memory": "2GB", "inner": [], "items": [["n": 1.5], 7], "nmae": "iris",
        ])
        _ = reader.requiredString("name")
        _ = reader.int("count", in: 1...3)
        _ = reader.number("share")
        _ = reader.bool("on")
        _ = reader.choice("size", as: Size.self)
        _ = reader.strings("tags")
        _ = reader.stringMap("labels")
        _ = reader.quantity("memory")
        _ = reader.child("inner")
        for item in reader.children("items") { _ = item.int("n") }
        _ = reader.required("metadata").requiredString("name")
        reader.refuseUnknownMembers()
        #expect(
            reader.problems.map(\.description) == [
                "name: is required",
                "count: is 9, but must be from 1 to 3",
                "share: must be a number, but is the string \"half\"",
                "on: must be true or false, but is the string \"yes\"",
                "size: is 'Large', but must be one of 'small', 'medium', 'large'; did you mean 'large'?",
                "tags[1]: must be a string, but is the integer 1",
                "labels[\"a.b/c\"]: must be a string, but is the integer 1; put it in quotes: \"1\"",
                "memory: must be a quantity such as 500m, 2 or 4Gi, but is the string \"2GB\"",
                "inner: must be an object, but is a list",
                "items[1]: must be an object, but is the integer 7",
                "items[0].n: must be a whole number, but is the number 1.5",
                "metadata: is required",
                "nmae: unknown field; did you mean 'name'?",
            ]
        )
        #expect(throws: ProblemList.self) { try reader.finish() }
    }

    @Test("what is no object is reported once") func noObject() {
        let reader = FieldReader(.array([]))
        #expect(reader.problems == [Problem(path: "", message: "must be an object, but is a list")])
        #expect(reader.object.isEmpty)
    }

    @Test("an empty string is not a name") func emptyString() {
        let reader = FieldReader(["name": ""])
        #expect(reader.requiredString("name") == "")
        #expect(reader.problems == [Problem(path: "name", message: "must not be empty")])
    }

    @Test(
        "quantities of all notations",
        arguments: [
            ("100m", 0.1), ("1", 1), ("0.5", 0.5), (".5", 0.5), ("5.", 5), ("2Ki", 2048), ("1e3", 1000), ("2E", 2e18),
            ("1E-2", 0.01), ("-3M", -3e6), ("+4Gi", 4_294_967_296),
        ]
    )
    func quantity(text: String, value: Double) throws {
        let quantity = try #require(Quantity(text))
        #expect(abs(quantity.value - value) <= abs(value) * 1e-12)
    }

    @Test(
        "what is no quantity",
        arguments: ["", "Gi", "1 Gi", "1.2.3", "1GB", "inf", "nan", "0x10", "--1", "1e999", "."]
    )
    func noQuantity(text: String) {
        #expect(Quantity(text) == nil)
    }
}
