// Rooms: StructuredData
import StructuredData

/// What was read must come back when it is written, on one line and on many.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeBufferPointer(start: start, count: count)
    guard let value = try? JSONParser.parse(input) else { return 0 }
    for indentation in [nil, 2] {
        let text = value.jsonBytes(indentation: indentation)
        guard let again = try? JSONParser.parse(text) else { fatalError("what was written cannot be read") }
        guard again == value else { fatalError("what was written means something else") }
    }
    return 0
}
