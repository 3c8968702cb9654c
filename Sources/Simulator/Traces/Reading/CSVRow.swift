/// The fields of one line of comma-separated values; reused from line to line, so that it allocates once.
struct CSVRow {
    /// Where each field begins and ends within its line, quotes left out.
    private(set) var fields: [Range<Int>] = []
    /// Whether every quote that was opened was closed, and nothing stood behind it.
    private(set) var isWellFormed = true

    /// Splits a line; a field in double quotes may contain commas, but no line end.
    mutating func split(_ line: UnsafeBufferPointer<UInt8>) {
        self.fields.removeAll(keepingCapacity: true)
        self.isWellFormed = true
        var position = 0
        while true {
            if position < line.count, line[position] == UInt8(ascii: "\"") {
                position = self.quoted(line, from: position)
            } else {
                let start = position
                while position < line.count, line[position] != UInt8(ascii: ",") { position += 1 }
                self.fields.append(start..<position)
            }
            guard position < line.count else { return }
            position += 1
            if position == line.count {
                self.fields.append(position..<position)
                return
            }
        }
    }

    /// - Returns: The position of the comma behind the field, or of the end.
    private mutating func quoted(_ line: UnsafeBufferPointer<UInt8>, from quote: Int) -> Int {
        var position = quote + 1
        while position < line.count {
            if line[position] == UInt8(ascii: "\"") {
                let isDoubled = position + 1 < line.count && line[position + 1] == UInt8(ascii: "\"")
                if !isDoubled { break }
                position += 1
            }
            position += 1
        }
        self.fields.append(quote + 1..<min(position, line.count))
        guard position < line.count else {
            self.isWellFormed = false
            return line.count
        }
        position += 1
        while position < line.count, line[position] != UInt8(ascii: ",") {
            self.isWellFormed = false
            position += 1
        }
        return position
    }
}
