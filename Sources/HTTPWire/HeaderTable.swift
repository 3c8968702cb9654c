/// The field lines of one head: where each name and value lies, and which known header it is.
///
/// The memory is kept from one head to the next, so parsing allocates nothing once a connection has seen its largest
/// head.
public struct HeaderTable: ~Copyable {
    /// Enough for what clients send; 320 bytes.
    private static let firstCapacity = 32

    private var fields: UnsafeMutablePointer<HeaderField>
    private var capacity = HeaderTable.firstCapacity
    public private(set) var count = 0
    /// Which known headers there are.
    public private(set) var present: KnownHeaderSet = []
    /// Which known headers there are more than once.
    public private(set) var repeated: KnownHeaderSet = []
    /// Where each known header stands first; means something only for those in `present`.
    ///
    /// Memory apart keeps the table itself small: the compiler copies it to the stack at every call.
    private let first: UnsafeMutablePointer<UInt16>

    init() {
        self.fields = .allocate(capacity: Self.firstCapacity)
        self.first = .allocate(capacity: KnownHeader.allCases.count)
        self.first.initialize(repeating: 0, count: KnownHeader.allCases.count)
    }

    deinit {
        self.fields.deallocate()
        self.first.deallocate()
    }

    public subscript(index: Int) -> HeaderField {
        precondition(index >= 0 && index < self.count, "field \(index) of \(self.count)")
        return self.fields[index]
    }

    /// The value of the first field of that name, or `nil` when there is none.
    public func value(of header: KnownHeader) -> ByteRange? {
        guard self.present.contains(header) else { return nil }
        return self.fields[Int(self.first[Int(header.rawValue)])].value
    }

    /// The value of the first field of that name, or `nil` when there is none; for names that are not known ones.
    ///
    /// - Parameters:
    ///   - name: In lower case.
    ///   - message: The bytes that were parsed.
    /// - Complexity: O(*n*) in the number of fields.
    public func value(named name: StaticString, in message: UnsafeRawBufferPointer) -> ByteRange? {
        for index in 0..<self.count {
            let field = self.fields[index]
            if field.name.bytes(in: message).equalsIgnoringCase(name) { return field.value }
        }
        return nil
    }

    // MARK: Filling

    mutating func removeAll() {
        self.count = 0
        self.present = []
        self.repeated = []
    }

    mutating func markListedInConnection(_ index: Int) {
        self.fields[index].isListedInConnection = true
    }

    /// Reads field lines until the empty line that ends the head.
    ///
    /// - Parameter position: Where the next line begins; moved past each line that is whole.
    /// - Returns: Whether the empty line was reached; `false` when bytes are missing.
    mutating func readLines(
        _ base: UnsafeRawPointer,
        position: inout Int,
        end: Int,
        maximumCount: Int
    ) throws(WireFault) -> Bool {
        let known = KnownHeaderTable.shared
        while position < end {
            if base.byte(position) == Byte.carriageReturn {
                guard let next = try HeaderTable.lineEnd(base, at: position, end: end) else { return false }
                position = next
                return true
            }
            guard self.count < maximumCount else { throw .tooManyFields }
            guard let next = try self.readLine(base, from: position, end: end, known: known) else { return false }
            position = next
        }
        return false
    }

    /// Reads one field line and returns where the next begins, or `nil` when bytes are missing.
    @inline(__always)
    private mutating func readLine(
        _ base: UnsafeRawPointer,
        from start: Int,
        end: Int,
        known: KnownHeaderTable
    ) throws(WireFault) -> Int? {
        let nameEnd = ByteScan.token(base, from: start, to: end)
        guard nameEnd < end else { return nil }
        guard base.byte(nameEnd) == Byte.colon, nameEnd > start else {
            throw Self.nameFault(base.byte(nameEnd), isAtStart: nameEnd == start)
        }
        var valueStart = nameEnd &+ 1
        while valueStart < end, Byte.isBlank(base.byte(valueStart)) { valueStart &+= 1 }
        let lineEnd = ByteScan.fieldValue(base, from: valueStart, to: end)
        guard lineEnd < end else { return nil }
        guard let next = try Self.lineEnd(base, at: lineEnd, end: end) else { return nil }
        var valueEnd = lineEnd
        while valueEnd > valueStart, Byte.isBlank(base.byte(valueEnd &- 1)) { valueEnd &-= 1 }

        let header = known.header(base, from: start, to: nameEnd, end: end)
        let field = HeaderField(
            header: header,
            name: ByteRange(start, nameEnd),
            value: ByteRange(valueStart, valueEnd)
        )
        self.append(field)
        return next
    }

    @inline(__always)
    private mutating func append(_ field: HeaderField) {
        if self.count == self.capacity { self.grow() }
        let bit = KnownHeaderSet(field.header)
        if self.present.isDisjoint(with: bit) {
            self.first[Int(field.header.rawValue)] = UInt16(truncatingIfNeeded: self.count)
            self.present.formUnion(bit)
        } else {
            self.repeated.formUnion(bit)
        }
        (self.fields + self.count).initialize(to: field)
        self.count &+= 1
    }

    @inline(never)
    private mutating func grow() {
        let grown = UnsafeMutablePointer<HeaderField>.allocate(capacity: self.capacity * 2)
        grown.moveInitialize(from: self.fields, count: self.count)
        self.fields.deallocate()
        self.fields = grown
        self.capacity *= 2
    }

    /// Where the next line begins when a carriage return and a line feed stand at `position`, or `nil` when the second
    /// is still missing.
    @inline(__always)
    static func lineEnd(_ base: UnsafeRawPointer, at position: Int, end: Int) throws(WireFault) -> Int? {
        switch base.byte(position) {
        case Byte.carriageReturn:
            guard position &+ 1 < end else { return nil }
            guard base.byte(position &+ 1) == Byte.lineFeed else { throw .bareCarriageReturn }
            return position &+ 2
        case Byte.lineFeed: throw .bareLineFeed
        default: throw .malformedFieldValue
        }
    }

    private static func nameFault(_ byte: UInt8, isAtStart: Bool) -> WireFault {
        if byte == Byte.lineFeed { return .bareLineFeed }
        guard Byte.isBlank(byte) else { return .malformedFieldName }
        return isAtStart ? .foldedField : .blankBeforeColon
    }
}
