/// The trailer section: field lines as in a head, but read byte by byte and not kept.
extension ChunkedBody {
    /// Names that may not stand in a trailer section, by their hashes.
    private static let forbiddenNames: Set<UInt64> = Set(
        KnownHeader.allCases.filter { KnownHeaderSet.forbiddenInTrailers.contains($0) }.map { header in
            var hash = Self.emptyName
            for index in 0..<header.name.utf8CodeUnitCount {
                hash = Self.extended(hash, by: header.name.utf8Start[index])
            }
            return hash
        }
    )

    mutating func takeTrailer(_ byte: UInt8) throws(WireFault) {
        try self.countTrailerBytes(1)
        switch self.stage {
        case .trailerLine:
            if byte == Byte.carriageReturn {
                self.stage = .lastLineFeed
                return
            }
            if Byte.isBlank(byte) { throw .foldedField }
            guard Byte.isToken(byte) else { throw byte == Byte.lineFeed ? .bareLineFeed : .malformedFieldName }
            self.nameHash = Self.extended(Self.emptyName, by: byte)
            self.stage = .trailerName
        case .trailerName:
            if byte == Byte.colon {
                guard !Self.forbiddenNames.contains(self.nameHash) else { throw .forbiddenTrailer }
                self.stage = .trailerValue
                return
            }
            if byte == Byte.lineFeed { throw .bareLineFeed }
            guard Byte.isToken(byte) else { throw Byte.isBlank(byte) ? .blankBeforeColon : .malformedFieldName }
            self.nameHash = Self.extended(self.nameHash, by: byte)
        case .trailerLineFeed:
            guard byte == Byte.lineFeed else { throw .bareCarriageReturn }
            self.stage = .trailerLine
        default:
            guard byte == Byte.lineFeed else { throw .bareCarriageReturn }
            self.stage = .done
        }
    }

    mutating func skipTrailerValue(
        _ base: UnsafeRawPointer,
        _ position: inout Int,
        end: Int
    ) throws(WireFault) {
        // Never beyond the limit, so that it is met at the same byte however the bytes were split.
        let bound = min(end, position &+ max(0, self.limits.trailerBytes &- self.trailerCount))
        let valueEnd = ByteScan.fieldValue(base, from: position, to: bound)
        self.trailerCount &+= valueEnd &- position
        position = valueEnd
        guard valueEnd < end else { return }
        guard valueEnd < bound else { throw .trailersTooLarge }
        switch base.byte(valueEnd) {
        case Byte.carriageReturn: self.stage = .trailerLineFeed
        case Byte.lineFeed: throw .bareLineFeed
        default: throw .malformedFieldValue
        }
        try self.countTrailerBytes(1)
        position &+= 1
    }

    private mutating func countTrailerBytes(_ count: Int) throws(WireFault) {
        self.trailerCount &+= count
        guard self.trailerCount <= self.limits.trailerBytes else { throw .trailersTooLarge }
    }

    // MARK: Hash of a name (FNV-1a), which can be continued byte by byte

    private static let emptyName: UInt64 = 0xCBF2_9CE4_8422_2325

    private static func extended(_ hash: UInt64, by byte: UInt8) -> UInt64 {
        let lowered = byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
        return (hash ^ UInt64(lowered)) &* 0x0000_0100_0000_01B3
    }
}
