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
            ("7 % 4", 3), ("-7 % 4", -3), ("5 / 2", 2.5), ("10 / 4 / 5", 0.5), ("a + b", 5), ("(a ?? 0) + b", 5),
            ("b + a ?? 0", 5),
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

@Suite("Formulas that are refused")
struct RefusedFormulaTests {
    @Test(
        "at reading, with the place and the reason",
        arguments: [
            ("", nil, "is empty"), ("1 +", 4, "ends too early"), ("1 + * 2", 5, "'*' was not expected"),
            ("(1 + 2", 7, "expected ')', but found the end"), ("1 2", 3, "the number 2 was not expected"),
            ("a b", 3, "'b' was not expected"), ("foo(1)", 1, "no function 'foo'"),
            ("now()", 1, "'now' cannot be used"),
            ("max()", 1, "takes 1 to 256 arguments"), ("abs(1, 2)", 1, "takes 1 arguments, but has 2"),
            ("# > 1", 1, "inside of a predicate only"), ("a ~ b", 3, "'~' means nothing"),
            ("\"a", 1, "the text has no end"), ("1 /* x", 3, "the comment has no end"), ("0x", 1, "is no number"),
            ("1.2.3", 1, "'1.2.3' is no number"), ("1e", 1, "is no number"), ("a ? 1", 6, "expected ':'"),
            ("a && b ? 1 : 2", 3, "'and' needs a boolean, but has a number"), ("a > 1", nil, "gives a boolean"),
            ("[1, 2]", nil, "gives a list"), ("\"a\"", nil, "gives a text"), ("nil", nil, "gives nil"),
            ("1 + \"a\"", 3, "does not work on a number and a text"), ("not a ? 1 : 2", 1, "'not' needs a boolean"),
            ("a ?? 1 + 2", nil, nil), ("a ?? 1 || b", 8, "cannot be mixed"), ("a.b", 2, "numbers have no members"),
            ("1 in 2 ? 1 : 2", 3, "'in' needs a list"), ("a contains b", 3, "'contains' is not supported"),
            ("let = 2; 3", 5, "was not expected"), ("-true", 1, "a sign needs a number"), ("'\\q'", 2, "is no escape"),
            ("a | 3", 5, "was not expected"), ("a, b", 2, "',' was not expected"),
        ] as [(String, Int?, String?)]
    )
    func atReading(text: String, column: Int?, reason: String?) throws {
        guard let reason else {
            #expect(throws: FormulaError.self) { try Formula(text) }
            return
        }
        let error = #expect(throws: FormulaError.self) { try Formula(text) }
        #expect(error?.message.contains(reason) == true, "\(text): \(error?.description ?? "")")
        #expect(error?.column == column, "\(text): \(error?.description ?? "")")
    }

    @Test(
        "at computing",
        arguments: [
            ("a / (b - 3)", "divides by zero"), ("a % 0", "divides by zero"), ("10 ** 400", "is no number"),
            ("(-2) ** 0.5", "is no number"), ("0 ** -1", "is no number"), ("1e308 * 10", "without bound"),
            ("c + 1", "no value with the name 'c'"), ("mean([])", "of nothing"),
            ("max(filter([a], # > 9))", "of nothing"),
            ("n + 1", "does not work on nil and a number"), ("max(a, n)", "needs numbers, but has nil"),
            ("[1][3]", "no element 3"), ("[1][0.5]", "whole number"), ("sum(1..200000)", "more than 100000 steps"),
            ("first([true]) ? first([\"x\"]) : 1", "gives a text"), ("int(\"x\")", "needs a number"),
            ("sum([\"x\"])", "needs numbers"), ("first([1]) ? 1 : 2", "must be a boolean"),
            ("count([1], # + 1)", "must be a boolean"), ("sort([1], \"up\")[0]", "asc"),
            ("sum(0.5..2)", "whole numbers"),
        ]
    )
    func atComputing(text: String, reason: String) throws {
        let formula = try Formula(text)
        let error = #expect(throws: FormulaError.self) { try formula.value(of: ["a": 2, "b": 3, "n": nil]) }
        #expect(error?.message.contains(reason) == true, "\(text): \(error?.description ?? "")")
    }

    @Test("a name that is not known can be made up for, and else the formula may be nil")
    func unknownValues() throws {
        #expect(try Formula("n ?? 5").value(of: ["n": nil]) == 5)
        #expect(try Formula("(n ?? a) + 1").value(of: ["n": nil, "a": 2]) == 3)
        #expect(try Formula("n == nil ? 1 : 2").value(of: ["n": nil]) == 1)
        #expect(try Formula("n").value(of: ["n": nil]) == nil)
        #expect(try Formula("a > 1 ? nil : 3").value(of: ["a": 2]) == nil)
    }

    @Test("names are those whose values are needed, each once and sorted")
    func names() throws {
        #expect(try Formula("b + a * b + sum([c], # * d)").names == ["a", "b", "c", "d"])
        #expect(try Formula("let x = a; x + 1").names == ["a"])
        #expect(try Formula("max(1, 2)").names == [])
        #expect(Formula.isName("queue_1") && Formula.isName("$q"))
        #expect(!Formula.isName("my-queue") && !Formula.isName("1q") && !Formula.isName("nil") && !Formula.isName(""))
    }

    @Test("bounds hold, whatever somebody writes")
    func bounds() throws {
        func refusal(_ text: String) -> String {
            (#expect(throws: FormulaError.self) { try Formula(text) })?.message ?? ""
        }
        #expect(refusal(String(repeating: "1+", count: 2100) + "1").contains("4096 are the most"))
        #expect(
            refusal(String(repeating: "(", count: 200) + "1" + String(repeating: ")", count: 200)).contains("too deep")
        )
        #expect(refusal(String(repeating: "-", count: 200) + "1").contains("too deep"))
        #expect(refusal(String(repeating: "1+", count: 600) + "1").contains("too many parts"))
        #expect(refusal("[1]" + String(repeating: "[0]", count: 600)).contains("too many parts"))
        #expect(refusal("1 < 2 < " + String(repeating: "3 < ", count: 40) + "4 ? 1 : 2").contains("too many parts"))
        #expect(try Formula(String(repeating: "1+", count: 200) + "1").value(of: [:]) == 201)
        let nested = "sum(1..300, sum(1..300, sum(1..300)))"
        let error = #expect(throws: FormulaError.self) { try Formula(nested).value(of: [:]) }
        #expect(error?.message.contains("steps") == true)
    }
}
