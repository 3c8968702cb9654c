import Glibc

/// How far a place's clocks are ahead of Greenwich, then and now: one file of the system's time zone database.
struct TimeZoneRules: Sendable, Equatable {
    /// Seconds since 1970, ascending.
    private let transitions: [Int64]
    /// Seconds east of Greenwich from each transition on.
    private let offsets: [Int64]
    /// Before the first transition.
    private let firstOffset: Int64
    /// After the last transition; `nil` for none.
    private let rule: PosixTimeRule?

    static let utc = TimeZoneRules(transitions: [], offsets: [], firstOffset: 0, rule: nil)

    /// The zone of a name such as `Europe/Vienna`; `nil` when the system's database has none of that name.
    ///
    /// - Parameter folder: Where the database lies.
    static func named(_ name: String, folder: String = "/usr/share/zoneinfo") -> TimeZoneRules? {
        if name == "UTC" || name == "Etc/UTC" { return .utc }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(where: { $0.isEmpty || $0.first == "." }) else { return nil }
        return Self.contents(of: "\(folder)/\(name)").flatMap { TimeZoneRules(file: $0) }
    }

    /// Seconds east of Greenwich at a moment.
    func offset(at instant: Int64) -> Int64 {
        if instant >= self.transitions.last ?? .min, let rule { return rule.offset(at: instant) }
        var (low, high) = (0, self.transitions.count)
        while low < high {
            let middle = (low + high) / 2
            if self.transitions[middle] <= instant { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? self.firstOffset : self.offsets[low - 1]
    }

    /// The moments at which clocks there show a time, given as if it were seconds since 1970: two when the clock is put
    /// back, in order; for a time that is skipped, one as much later as the clock jumps.
    func instants(ofLocal local: Int64) -> [Int64] {
        let before = self.offset(at: local - 86_400)
        let after = self.offset(at: local + 86_400)
        guard before != after else { return [local - before] }
        let instants = [before, after].filter { self.offset(at: local - $0) == $0 }.map { local - $0 }.sorted()
        return instants.isEmpty ? [local - before] : instants
    }

    private static func contents(of path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        // The largest zone has 4 KB.
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }
}

extension TimeZoneRules {
    /// Reads a file in the format of RFC 8536, version 2 or later; `nil` when it is none.
    init?(file: [UInt8]) {
        guard let old = Header(file, at: 0), old.version >= UInt8(ascii: "2"),
            let header = Header(file, at: Header.length + old.bodyLength(timeWidth: 4))
        else { return nil }
        let times = header.offset + Header.length
        let indices = times + header.times * 8
        let types = indices + header.times
        let end = header.offset + Header.length + header.bodyLength(timeWidth: 8)
        guard header.types > 0, end < file.count else { return nil }
        let typeOffsets = (0..<header.types).map { Int64(Int32(truncatingIfNeeded: file.integer(types + $0 * 6, 4))) }
        self.transitions = (0..<header.times).map { file.integer(times + $0 * 8, 8) }
        self.offsets = (0..<header.times).map {
            let index = Int(file[indices + $0])
            return index < typeOffsets.count ? typeOffsets[index] : 0
        }
        self.firstOffset = typeOffsets[0]
        let footer = file[end...].dropFirst().prefix { $0 != 0x0A }
        self.rule = PosixTimeRule(String(decoding: footer, as: UTF8.self))
    }

    /// The counts at the head of each of the two blocks.
    private struct Header {
        static let length = 44

        let offset: Int
        let version: UInt8
        let times: Int
        let types: Int
        private let other: (isUT: Int, isStandard: Int, leaps: Int, characters: Int)

        init?(_ file: [UInt8], at offset: Int) {
            guard offset + Self.length <= file.count,
                file[offset..<offset + 4].elementsEqual("TZif".utf8)
            else { return nil }
            let counts = (0..<6).map { Int(file.integer(offset + 20 + $0 * 4, 4)) }
            guard counts.allSatisfy({ $0 >= 0 && $0 <= file.count }) else { return nil }
            self.offset = offset
            self.version = file[offset + 4]
            self.times = counts[3]
            self.types = counts[4]
            self.other = (counts[0], counts[1], counts[2], counts[5])
        }

        func bodyLength(timeWidth: Int) -> Int {
            let transitions = self.times * (timeWidth + 1) + self.types * 6 + self.other.characters
            return transitions + self.other.leaps * (timeWidth + 4) + self.other.isStandard + self.other.isUT
        }
    }
}

extension [UInt8] {
    /// A number of so many bytes, most significant first; four bytes are not sign-extended.
    fileprivate func integer(_ offset: Int, _ width: Int) -> Int64 {
        self[offset..<offset + width].reduce(0) { $0 << 8 | Int64($1) }
    }
}
