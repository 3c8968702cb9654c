import Foundation
import Glibc

/// Bytes as HTTP headers carry them.
enum Base64 {
    /// The value of an `Authorization` header.
    static func basic(_ user: String, _ password: String) -> String {
        "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
    }
}

/// The clock that people and tokens go by.
enum WallClock {
    static func secondsSince1970() -> Double { Date().timeIntervalSince1970 }
}

extension String {
    /// As a value in a form: all but letters, digits and `-._~` escaped.
    var formEncoded: String {
        self.utf8.map { byte in
            let isPlain =
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "-._~".utf8.contains(byte)
            guard !isPlain else { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
        }.joined()
    }
}

/// Lists of texts for C.
enum CStrings {
    /// Runs `body` with pointers that live as long as the call.
    static func with<Result>(
        _ texts: [String],
        _ body: (UnsafeMutablePointer<UnsafePointer<CChar>?>?) -> Result
    ) -> Result {
        let copies = texts.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        var pointers = copies.map { UnsafePointer<CChar>($0) }
        return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress) }
    }
}
