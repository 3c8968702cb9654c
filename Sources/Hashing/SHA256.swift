/// The hash of FIPS 180-4: names results by their content, and signs requests.
public struct SHA256: Sendable {
    private var state: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    private var block: [UInt8] = []
    private var length: UInt64 = 0

    public init() {
        self.block.reserveCapacity(64)
    }

    public mutating func update(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            self.block.append(byte)
            self.length &+= 1
            if self.block.count == 64 { self.compress() }
        }
    }

    /// Eight bytes, the most significant first.
    public mutating func update(_ value: UInt64) {
        self.update((0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(56 - 8 * $0)) })
    }

    /// The digest of all that was put in, 32 bytes.
    public func digest() -> [UInt8] {
        var copy = self
        let bits = self.length &* 8
        copy.update(CollectionOfOne(0x80))
        while copy.block.count != 56 { copy.update(CollectionOfOne(0)) }
        copy.update(bits)
        return copy.state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - 8 * $0)) } }
    }

    /// The digest as people quote it: 64 hexadecimal digits.
    public func hexDigest() -> String { Self.hex(self.digest()) }

    public static func hexDigest(of bytes: some Sequence<UInt8>) -> String {
        var hash = SHA256()
        hash.update(bytes)
        return hash.hexDigest()
    }

    /// 32 bytes.
    public static func digest(of bytes: some Sequence<UInt8>) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.digest()
    }

    /// RFC 2104, 32 bytes.
    public static func authenticationCode(of message: some Sequence<UInt8>, key: [UInt8]) -> [UInt8] {
        let short = key.count > 64 ? Self.digest(of: key) : key
        let block = short + [UInt8](repeating: 0, count: 64 - short.count)
        return Self.digest(of: block.map { $0 ^ 0x5C } + Self.digest(of: block.map { $0 ^ 0x36 } + Array(message)))
    }

    /// Two lower-case digits a byte.
    public static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    /// Many bytes at once, without a copy of each.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        if !self.block.isEmpty {
            let head = rest.prefix(64 - self.block.count)
            self.update(head)
            rest = rest.dropFirst(head.count)
        }
        while rest.count >= 64 {
            Self.compress(UnsafeRawBufferPointer(rebasing: rest.prefix(64)), into: &self.state)
            self.length &+= 64
            rest = rest.dropFirst(64)
        }
        self.update(rest)
    }

    private mutating func compress() {
        self.block.withUnsafeBytes { Self.compress($0, into: &self.state) }
        self.block.removeAll(keepingCapacity: true)
    }

    /// One block of 64 bytes; local variables throughout, because a trace has a hundred thousand blocks.
    private static func compress(_ block: UnsafeRawBufferPointer, into state: inout [UInt32]) {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
            for index in 0..<16 {
                schedule[index] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
            }
            for index in 16..<64 {
                let early = schedule[index &- 15]
                let late = schedule[index &- 2]
                let s0 = Self.rotated(early, 7) ^ Self.rotated(early, 18) ^ early >> 3
                let s1 = Self.rotated(late, 17) ^ Self.rotated(late, 19) ^ late >> 10
                schedule[index] = schedule[index &- 16] &+ s0 &+ schedule[index &- 7] &+ s1
            }
            var (a, b, c, d) = (state[0], state[1], state[2], state[3])
            var (e, f, g, h) = (state[4], state[5], state[6], state[7])
            Self.constants.withUnsafeBufferPointer { constants in
                for index in 0..<64 {
                    let s1 = Self.rotated(e, 6) ^ Self.rotated(e, 11) ^ Self.rotated(e, 25)
                    let choice = (e & f) ^ (~e & g)
                    let first = h &+ s1 &+ choice &+ constants[index] &+ schedule[index]
                    let s0 = Self.rotated(a, 2) ^ Self.rotated(a, 13) ^ Self.rotated(a, 22)
                    let majority = (a & b) ^ (a & c) ^ (b & c)
                    (h, g, f, e, d, c, b) = (g, f, e, d &+ first, c, b, a)
                    a = first &+ s0 &+ majority
                }
            }
            for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
        }
    }

    private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

    /// The fractional parts of the cube roots of the first 64 primes.
    private static let constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
