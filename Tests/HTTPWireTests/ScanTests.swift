import Testing

@testable import HTTPWire

@Suite("ByteScan, HostName and comparisons")
struct ScanTests {
    /// Puts each byte value at each place among sound bytes and compares with a test of one byte at a time.
    static func expectScan(
        _ name: String,
        filler: [UInt8],
        allowed: Set<UInt8>,
        _ scan: (UnsafeRawPointer, Int, Int) -> Int
    ) {
        for value in UInt8.min...UInt8.max {
            for (place, count) in [(0, 1), (3, 5), (7, 8), (8, 9), (0, 8), (2, 16), (10, 19), (15, 16), (16, 24)] {
                var bytes = (0..<count).map { filler[$0 % filler.count] }
                bytes[place] = value
                for start in [0, 1] where start <= place {
                    let found = bytes.withUnsafeBytes { buffer in
                        buffer.baseAddress.map { scan($0, start, count) } ?? -1
                    }
                    let expected = allowed.contains(value) ? count : place
                    guard found != expected else { continue }
                    Issue.record("\(name): \(found), not \(expected) with \(value) at \(place) of \(count)")
                }
            }
        }
    }

    static let everyByte = Set(UInt8.min...UInt8.max)
    static let token = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)

    @Test("tokens end at every byte that is none of theirs", arguments: ["aZ09-mzA", "a!b", "~|`"])
    func tokens(filler: String) {
        Self.expectScan("token", filler: Array(filler.utf8), allowed: Self.token) {
            ByteScan.token($0, from: $1, to: $2)
        }
    }

    @Test("field values end at controls, and the tab is none")
    func values() {
        let allowed = Self.everyByte.subtracting(0..<9).subtracting(10..<32).subtracting([127])
        for filler in [Array("a b~".utf8), [0x80, 0xFF, 0x20], Array("\t".utf8), Array("\ta".utf8)] {
            Self.expectScan("value", filler: filler, allowed: allowed) { ByteScan.fieldValue($0, from: $1, to: $2) }
        }
    }

    @Test("targets end at blanks, controls, the fragment and what is not ASCII", arguments: ["/a%b~!", "\"$"])
    func targets(filler: String) {
        let query = Set(UInt8(33)...126).subtracting("#".utf8)
        Self.expectScan("path", filler: Array(filler.utf8), allowed: query.subtracting("?".utf8)) {
            ByteScan.target($0, from: $1, to: $2, stopsAtQuery: true)
        }
        Self.expectScan("query", filler: Array(filler.utf8), allowed: query) {
            ByteScan.target($0, from: $1, to: $2, stopsAtQuery: false)
        }
    }

    @Test("lines end at line feeds alone")
    func lines() {
        Self.expectScan("line", filler: Array("\ra\u{B}".utf8), allowed: Self.everyByte.subtracting([10])) {
            ByteScan.lineFeed($0, from: $1, to: $2)
        }
    }

    @Test("host names end where they should", arguments: ["a.b-1", "...", "_~"])
    func hostNames(filler: String) {
        Self.expectScan("host", filler: Array(filler.utf8), allowed: Self.token.subtracting("!#$%&'*+^`|".utf8)) {
            ByteScan.hostName($0, from: $1, to: $2)
        }
    }

    @Test("a host's hash disregards case and nothing else")
    func hostHashes() {
        let hosts =
            (0..<2000).map { "model-\($0).team-\($0 % 7).example.com" } + ["a", "b", "", "a.", "ab", "abcdefgh"]
        #expect(Set(hosts.map { HostName.hash($0) }).count == hosts.count)
        for host in hosts { #expect(HostName.hash(host) == HostName.hash(host.uppercased())) }
        // Kept by whoever stores it, so it may not change from one version to the next.
        #expect(HostName.hash("Iris.Default.localhost") == 0xF36BFFAC6E0F80F8)
        #expect(HostName.hash(UnsafeRawBufferPointer(start: nil, count: 0)) == HostName.hash(""))
    }

    @Test("comparison disregards the case of letters and of nothing else")
    func comparison() {
        for left in UInt8.min...UInt8.max {
            for right in UInt8.min...UInt8.max {
                let isSame = [left].withUnsafeBytes { one in
                    [right].withUnsafeBytes { other in one.equalsIgnoringCase(other) }
                }
                let lowered = { (byte: UInt8) in (65...90).contains(byte) ? byte + 32 : byte }
                guard isSame == (lowered(left) == lowered(right)) else {
                    Issue.record("\(left) and \(right)")
                    return
                }
            }
        }
        let text: StaticString = "keep-alive"
        #expect(Array("Keep-ALIVE".utf8).withUnsafeBytes { $0.equalsIgnoringCase(text) })
        #expect(!Array("Keep-ALIV".utf8).withUnsafeBytes { $0.equalsIgnoringCase(text) })
        #expect(!Array("Keep\rALIVE".utf8).withUnsafeBytes { $0.equalsIgnoringCase(text) })
    }
}
