/// The fields that say where a body ends, read so that no other reader can understand them differently.
extension HeaderTable {
    /// The Content-Length, or `nil` when there is none.
    ///
    /// Several fields with the same number count as one; a list in one field is refused.
    func contentLength(_ base: UnsafeRawPointer) throws(WireFault) -> UInt64? {
        guard let value = self.value(of: .contentLength) else { return nil }
        let length = try Self.decimal(base, value)
        guard self.repeated.contains(.contentLength) else { return length }
        for index in 0..<self.count where self[index].header == .contentLength {
            guard try Self.decimal(base, self[index].value) == length else { throw .conflictingContentLength }
        }
        return length
    }

    /// A number of digits only, below 2^63 so that sums with it cannot overflow.
    private static func decimal(_ base: UnsafeRawPointer, _ value: ByteRange) throws(WireFault) -> UInt64 {
        guard !value.isEmpty else { throw .malformedContentLength }
        var number: UInt64 = 0
        for position in value.range {
            let byte = base.byte(position)
            guard Byte.isDigit(byte) else { throw .malformedContentLength }
            let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(byte &- Byte.zero))
            guard !overflow, !carry, sum <= UInt64(Int64.max) else { throw .malformedContentLength }
            number = sum
        }
        return number
    }

    /// Throws unless there is one Transfer-Encoding field and its value is `chunked`.
    ///
    /// A well-formed list of other codings is refused as not implemented; everything that only looks like `chunked`,
    /// and `chunked` anywhere but last, is malformed.
    func requireChunked(_ base: UnsafeRawPointer) throws(WireFault) {
        guard !self.repeated.contains(.transferEncoding), let value = self.value(of: .transferEncoding) else {
            throw .malformedTransferEncoding
        }
        guard !value.bytes(at: base).equalsIgnoringCase("chunked") else { return }
        var position = value.start
        var isLast = false
        while !isLast {
            let tokenEnd = ByteScan.token(base, from: position, to: value.end)
            let coding = ByteRange(position, tokenEnd)
            guard !coding.isEmpty else { throw .malformedTransferEncoding }
            position = tokenEnd
            while position < value.end, Byte.isBlank(base.byte(position)) { position += 1 }
            isLast = position == value.end
            guard isLast || base.byte(position) == Byte.comma else { throw .malformedTransferEncoding }
            let isChunked = coding.bytes(at: base).equalsIgnoringCase("chunked")
            guard !isChunked || isLast else { throw .malformedTransferEncoding }
            if !isLast { position += 1 }
            while position < value.end, Byte.isBlank(base.byte(position)) { position += 1 }
        }
        throw .unsupportedTransferCoding
    }
}
