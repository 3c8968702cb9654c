import COnnxRuntime
import Glibc

/// Names as the C interface takes them, kept for as long as the model is.
final class OnnxRuntimeNames: Sendable {
    private let names: ORTNames

    init(_ names: [String]) {
        let pointers = UnsafeMutablePointer<UnsafePointer<CChar>>.allocate(capacity: max(1, names.count))
        for (index, name) in names.enumerated() {
            let bytes = Array(name.utf8CString)
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
            copy.initialize(from: bytes, count: bytes.count)
            pointers.advanced(by: index).initialize(to: copy)
        }
        self.names = ORTNames(pointers: pointers, count: names.count)
    }

    var pointers: UnsafePointer<UnsafePointer<CChar>> { self.names.pointers }

    deinit {
        for index in 0..<self.names.count { self.names.pointers[index].deallocate() }
        self.names.pointers.deallocate()
    }
}
