import StructuredData
import Testing

@testable import YAMLReading

@Suite("YAML scalars")
struct YAMLScalarTests {
    @Test(
        "what a plain scalar means",
        arguments: [
            ("", .null), ("~", .null), ("null", .null), ("Null", .null), ("nUll", "nUll"),
            ("true", true), ("True", true), ("FALSE", false), ("tRUE", "tRUE"),
            ("yes", "yes"), ("no", "no"), ("on", "on"), ("y", "y"), ("NO", "NO"),
            ("0", 0), ("-0", 0), ("42", 42), ("+7", 7), ("-7", -7), ("1_000", 1000),
            ("9223372036854775807", .int(.max)),
            ("0x1F", 31), ("-0x10", -16), ("0b101", 5), ("0o17", 15), ("0644", 420), ("00", 0),
            ("08", 8.0), ("1.5", 1.5), (".5", 0.5), ("5.", 5.0), ("-.5", -0.5), ("1e3", 1000.0), ("1.5E-2", 0.015),
            ("18446744073709551616", 18_446_744_073_709_551_616.0),
            ("1.2.3", "1.2.3"), ("1e", "1e"), ("0x", "0x"), ("0xg", "0xg"), ("1-2", "1-2"), ("-", "-"), ("+", "+"),
            (".", "."), ("--1", "--1"), ("0x-1", "0x-1"), ("1e999", "1e999"), ("24.07-py3", "24.07-py3"),
            ("2001-01-01", "2001-01-01"), ("100m", "100m"), ("1:30", "1:30"), ("e3", "e3"), ("_1", "_1"),
        ] as [(String, JSONValue)]
    )
    func plain(text: String, value: JSONValue) {
        #expect(YAMLScalar.value(ofPlain: text) == value)
    }

    @Test("infinities and not-a-number have no JSON", arguments: [".inf", "-.Inf", "+.INF", ".nan", ".NaN"])
    func unspeakable(text: String) {
        #expect(YAMLScalar.value(ofPlain: text) == nil)
    }
}
