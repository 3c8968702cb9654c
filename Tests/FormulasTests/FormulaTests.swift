import Formulas
import Testing

@Suite("Formulas")
struct FormulaTests {
    static func value(_ text: String, _ values: [String: Double?] = [:]) throws -> Double? {
        try Formula(text).value(of: values)
    }

    @Test(
        "compute as the expression language does",
        arguments: [
            ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("7 - 2 - 1", 4), ("2 ** 3 ** 2", 512), ("-2 ** 2", -4),
            ("2 ^ -1", 0.5),
            ("7 % 4", 3), ("-7 % 4", -3), ("5 / 2", 2.5), ("10 / 4 / 5", 0.5), ("a + b", 5), ("a ?? 0 + b", 5),
            ("a > 1 ? 10 : 20", 10), ("a > 1 && b > 5 ? 1 : 2", 2), ("a > 1 or b > 5 ? 1 : 2", 1),
            ("not (a > 1) ? 1 : 2", 2), ("!(a > 1) ? 1 : 2", 2), ("nil ?? 7", 7), ("max(a, b, 1)", 3),
            ("min([a, b])", 2), ("sum([a, b, 4])", 9), ("mean(a, b)", 2.5), ("median([5, 1, 3])", 3),
            ("median([4, 1, 3, 2])", 2.5), ("len([1, 2])", 2), ("len(\"four\")", 4), ("abs(-3)", 3), ("ceil(1.2)", 2),
            ("floor(-1.2)", -2), ("round(2.5)", 3), ("round(-2.5)", -3), ("int(2.9)", 2), ("int(\"42\")", 42),
            ("float(\"1.5\")", 1.5), ("count([1, 2, 3], {# > 1})", 2), ("count([1, 2, 3], # > 1)", 2),
            ("any([a, b], {# > 2}) ? 1 : 0", 1), ("all([a, b], {# > 2}) ? 1 : 0", 0),
            ("none([a, b], {# > 9}) ? 1 : 0", 1), ("one([a, b], {# > 2}) ? 1 : 0", 1),
            ("sum(filter([1, 2, 3, 4], {# % 2 == 0}))", 6), ("sum(map([1, 2], {# * 10}))", 30),
            ("sum([1, 2], {# * 10})", 30), ("2 in [1, 2] ? 1 : 0", 1), ("2 not in [1, 2] ? 1 : 0", 0),
            ("sum(1..4)", 10),
            ("3 in 1..4 ? 1 : 0", 1), ("1 < a < 3 ? 1 : 0", 1), ("3 < a < 5 ? 1 : 0", 0), ("[4, 5][1]", 5),
            ("[4, 5][-2]", 4), ("let x = a * 2; x + 1", 5), ("[1, 2, 3] | filter(# > 1) | count(# > 0)", 2),
            ("first(sort([3, 1, 2]))", 1), ("last(reverse([3, 1, 2]))", 3), ("first(sort([3, 1], \"desc\"))", 3),
            ("len(uniq([1, 1, 2]))", 2), ("len(flatten([[1], [2, 3]]))", 3), ("len(concat([1], [2]))", 2),
            ("0x10 + 0b11 + 0o7", 26), ("1_000", 1000), ("1e3 + .5 + 2.", 1002.5), ("true ? 1 : 2 /* why */ // so", 1),
            ("a == 2 ? 1 : a == 3 ? 2 : 3", 1), ("'a' + \"b\" == `ab` ? 1 : 0", 1), ("a != nil ? a : 0", 2),
            ("find([1, 2, 3], # > 1)", 2), ("4 ** 0.5", 2), ("+a - -b", 5), ("count([a > 1, b > 9])", 1),
        ]
    )
    func compute(text: String, value: Double) throws {
        #expect(try Self.value(text, ["a": 2, "b": 3]) == value, "\(text)")
    }
}
