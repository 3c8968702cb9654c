import Glibc
import Telemetry

/// The Date field's value, written anew once a second.
struct HTTPDate {
    private var second: Int64 = -1
    private var bytes: [UInt8] = []

    /// Brings the value up to date.
    mutating func refresh() {
        let second = WallTime.now().unixNanoseconds / 1_000_000_000
        guard second != self.second else { return }
        self.second = second
        self.bytes = Self.text(unixSeconds: second)
    }

    func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        self.bytes.withUnsafeBytes(body)
    }

    /// `Sat, 21 Nov 2026 14:05:09 GMT`.
    static func text(unixSeconds: Int64) -> [UInt8] {
        var time = time_t(unixSeconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        // Spelled out here: the C library would ask the locale.
        let date = "\(Self.padded(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900)"
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map(Self.padded).joined(separator: ":")
        return Array("\(days[Int(parts.tm_wday)]), \(date) \(clock) GMT".utf8)
    }

    private static func padded(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
