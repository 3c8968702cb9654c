import Testing

@testable import InferenceServer

@Suite("Numbers to text")
struct NumberWritingTests {
    static func text(_ value: some JSONElement) -> String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { buffer in
            guard let base = buffer.baseAddress else { return "" }
            let count = value.write(to: base)
            return String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self)
        }
    }

    @Test("integers of every width are written digit for digit")
    func integers() {
        #expect(Self.text(UInt8.max) == "255")
        #expect(Self.text(Int8.min) == "-128")
        #expect(Self.text(Int16.min) == "-32768")
        #expect(Self.text(Int32.min) == "-2147483648")
        #expect(Self.text(Int64.min) == "-9223372036854775808")
        #expect(Self.text(Int64.max) == "9223372036854775807")
        #expect(Self.text(UInt64.max) == "18446744073709551615")
        #expect(Self.text(UInt64(10_000_000_000_000_000_000)) == "10000000000000000000")
        #expect(Self.text(UInt32(0)) == "0")
        for power in 0..<19 {
            let value = (0..<power).reduce(Int64(1)) { value, _ in value * 10 }
            #expect(Self.text(value) == "\(value)")
            #expect(Self.text(value - 1) == "\(value - 1)")
        }
    }

    @Test("a float has no more digits than it needs among floats")
    func floats() {
        #expect(Self.text(Float(0.1)) == "0.1")
        #expect(Self.text(Double(Float(0.1))) == "0.10000000149011612")
        #expect(Self.text(Float(1)) == "1.0")
        #expect(Self.text(-Float.greatestFiniteMagnitude) == "-3.4028235e+38")
        #expect(Self.text(-Double.leastNonzeroMagnitude) == "-5e-324")
        #expect(Self.text(-Double.leastNormalMagnitude).utf8.count <= Double.maximumTextLength)
    }

    @Test("half precision is written as short as half precision allows")
    func halfPrecision() {
        #expect(Self.text(HalfPrecision(bitPattern: Float16(0.1).bitPattern)) == "0.1")
        #expect(Self.text(BrainFloat(bitPattern: 0x3F80)) == "1.0")
    }

    @Test("what JSON cannot say becomes null")
    func notNumbers() {
        #expect(Self.text(Float.nan) == "null")
        #expect(Self.text(Double.infinity) == "null")
        #expect(Self.text(-Float.infinity) == "null")
    }

    @Test("truth values are JSON's own")
    func truths() {
        #expect(Self.text(Truth(byte: 0)) == "false")
        #expect(Self.text(Truth(byte: 1)) == "true")
    }
}
