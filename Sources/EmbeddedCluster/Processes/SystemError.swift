import Glibc

/// A call of the operating system that failed: which one, on what, and why.
struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
    let call: String
    let number: Int32

    init(_ call: String, _ number: Int32 = errno) {
        self.call = call
        self.number = number
    }

    var description: String { "\(self.call): \(String(cString: strerror(self.number)))" }
}
