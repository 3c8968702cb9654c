extension HeaderTable {
    /// Copies the field lines that go on, just as they stand; neighbours in one piece.
    @inline(__always)
    func copyFields(
        except dropped: KnownHeaderSet,
        from message: UnsafeRawBufferPointer,
        headLength: Int,
        to writer: inout WireWriter
    ) {
        var runStart = -1
        for index in 0..<self.count {
            let field = self[index]
            let start = Int(field.nameStart)
            if dropped.contains(field.header) || field.isListedInConnection {
                if runStart >= 0 { writer.append(ByteRange(runStart, start).bytes(in: message)) }
                runStart = -1
            } else if runStart < 0 {
                runStart = start
            }
        }
        // The last line ends where the empty line begins that ends the head.
        if runStart >= 0 { writer.append(ByteRange(runStart, headLength &- 2).bytes(in: message)) }
    }
}

extension WireWriter {
    @inline(__always)
    mutating func appendField(_ nameAndColon: StaticString, _ value: UnsafeRawBufferPointer) {
        self.append(nameAndColon)
        self.append(value)
        self.append("\r\n")
    }

    /// Appends the field line that announces a body, or none.
    @inline(__always)
    mutating func append(_ framing: BodyFraming) {
        switch framing {
        case .none, .untilClose: break
        case .length(let length):
            self.append("content-length: ")
            self.append(decimal: length)
            self.append("\r\n")
        case .chunked: self.append("transfer-encoding: chunked\r\n")
        }
    }
}
