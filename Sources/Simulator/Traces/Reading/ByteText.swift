/// A piece of a line, read without making a string of it.
struct ByteText {
    let bytes: UnsafeBufferPointer<UInt8>

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    init(rebasing slice: Slice<UnsafeBufferPointer<UInt8>>) {
        self.bytes = UnsafeBufferPointer(rebasing: slice)
    }

    var isEmpty: Bool { self.bytes.isEmpty }

    /// The text itself; bytes that are no UTF-8 become replacement characters.
    var string: String { String(decoding: self.bytes, as: UTF8.self) }

    /// As an error message quotes it.
    var excerpt: String {
        let kept = self.bytes.prefix(40)
        let text = String(decoding: kept, as: UTF8.self).map { $0.isASCII && !$0.isNewline ? $0 : "?" }
        return "'\(String(text))\(kept.count < self.bytes.count ? "..." : "")'"
    }

    func equals(_ text: StaticString) -> Bool {
        guard self.bytes.count == text.utf8CodeUnitCount else { return false }
        for (index, byte) in self.bytes.enumerated() where byte != text.utf8Start[index] { return false }
        return true
    }

    /// The same without spaces at either end.
    var trimmed: ByteText {
        var slice = self.bytes[...]
        while let byte = slice.first, byte == 0x20 || byte == 0x09 { slice = slice.dropFirst() }
        while let byte = slice.last, byte == 0x20 || byte == 0x09 { slice = slice.dropLast() }
        return ByteText(rebasing: slice)
    }

    // MARK: Numbers

    /// A whole number; `nil` for anything else, and for what does not fit.
    var integer: Int64? {
        var slice = self.bytes[...]
        let isNegative = slice.first == UInt8(ascii: "-")
        if isNegative || slice.first == UInt8(ascii: "+") { slice = slice.dropFirst() }
        guard !slice.isEmpty, slice.count <= 18 else { return nil }
        var value: Int64 = 0
        for byte in slice {
            let digit = byte &- 0x30
            guard digit < 10 else { return nil }
            value = value * 10 + Int64(digit)
        }
        return isNegative ? -value : value
    }

    /// A decimal number, finite; `nil` for anything else.
    ///
    /// Up to 15 digits and small exponents are exact from one multiplication or division; the rest goes the slow way.
    var number: Double? {
        var index = 0
        let count = self.bytes.count
        guard count > 0, count <= 64 else { return nil }
        let isNegative = self.bytes[0] == UInt8(ascii: "-")
        if isNegative || self.bytes[0] == UInt8(ascii: "+") { index = 1 }
        var mantissa: UInt64 = 0
        var digits = 0
        var decimals = 0
        var isBehindPoint = false
        while index < count {
            let byte = self.bytes[index]
            if byte == UInt8(ascii: "."), !isBehindPoint {
                isBehindPoint = true
            } else {
                let digit = byte &- 0x30
                guard digit < 10 else { return self.slowNumber }
                guard digits < 15 else { return self.slowNumber }
                mantissa = mantissa * 10 + UInt64(digit)
                digits += 1
                if isBehindPoint { decimals += 1 }
            }
            index += 1
        }
        guard digits > 0 else { return nil }
        let value = Double(mantissa) / Self.powers[decimals]
        return isNegative ? -value : value
    }

    private var slowNumber: Double? {
        // Only what a number is made of: `Double` would read names and hexadecimals as well.
        let isPlain = self.bytes.allSatisfy { byte in
            (0x30...0x39).contains(byte) || byte == 0x2E || byte == 0x2B || byte == 0x2D || byte == 0x65 || byte == 0x45
        }
        guard isPlain, let value = Double(self.string), value.isFinite else { return nil }
        return value
    }

    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]

    /// `True`, `false`, `1`, `0`.
    var bool: Bool? {
        if self.equals("True") || self.equals("true") || self.equals("1") { return true }
        if self.equals("False") || self.equals("false") || self.equals("0") { return false }
        return nil
    }

    // MARK: Times

    /// Nanoseconds since 1970 of `2023-11-16 18:17:03.9799600`, also with `T`, `Z` or an offset; `nil` for what is none.
    var timestamp: Int64? {
        guard self.bytes.count >= 19, self.bytes.count <= 48, self.bytes[4] == UInt8(ascii: "-"),
            self.bytes[7] == UInt8(ascii: "-"),
            self.bytes[10] == UInt8(ascii: " ") || self.bytes[10] == UInt8(ascii: "T"),
            self.bytes[13] == UInt8(ascii: ":"), self.bytes[16] == UInt8(ascii: ":"),
            let year = self.digits(0, 4), let month = self.digits(5, 2), let day = self.digits(8, 2),
            let hour = self.digits(11, 2), let minute = self.digits(14, 2), let second = self.digits(17, 2),
            (1970...2200).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.length(ofMonth: month, year: year), hour < 24, minute < 60, second <= 60,
            let rest = self.fractionAndZone(from: 19)
        else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second
        return seconds * 1_000_000_000 + rest
    }

    private func digits(_ start: Int, _ count: Int) -> Int64? {
        guard start + count <= self.bytes.count else { return nil }
        var value: Int64 = 0
        for index in start..<start + count {
            let digit = self.bytes[index] &- 0x30
            guard digit < 10 else { return nil }
            value = value * 10 + Int64(digit)
        }
        return value
    }

    /// Nanoseconds that the fraction adds and the zone takes away.
    private func fractionAndZone(from start: Int) -> Int64? {
        var index = start
        var nanoseconds: Int64 = 0
        if index < self.bytes.count, self.bytes[index] == UInt8(ascii: ".") {
            index += 1
            var scale: Int64 = 100_000_000
            let first = index
            while index < self.bytes.count, case let digit = self.bytes[index] &- 0x30, digit < 10 {
                nanoseconds += Int64(digit) * scale
                scale /= 10
                index += 1
            }
            guard index > first else { return nil }
        }
        guard index < self.bytes.count else { return nanoseconds }
        let sign = self.bytes[index]
        if sign == UInt8(ascii: "Z") { return index + 1 == self.bytes.count ? nanoseconds : nil }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), index + 6 == self.bytes.count,
            self.bytes[index + 3] == UInt8(ascii: ":"), let hours = self.digits(index + 1, 2),
            let minutes = self.digits(index + 4, 2), hours < 24, minutes < 60
        else { return nil }
        let offset = (hours * 3600 + minutes * 60) * 1_000_000_000
        return sign == UInt8(ascii: "+") ? nanoseconds - offset : nanoseconds + offset
    }

    private static func length(ofMonth month: Int64, year: Int64) -> Int64 {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    /// Days since 1970 of a day of the Gregorian calendar, whose years begin in March so that leap days come last.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = year / 400
        let ofEra = year % 400
        let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }
}
