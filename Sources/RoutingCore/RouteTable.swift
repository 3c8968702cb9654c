/// Finds the route of a request by host and path.
///
/// Immutable: a change of routes makes a new table.
///
/// Hosts are compared without regard to case and without a port; a path prefix matches whole segments, and the longest
/// prefix wins. A request whose host is known goes by its host; path prefixes are for clients that cannot set one.
/// Lookups work on the bytes of the request and allocate nothing.
public struct RouteTable: Sendable {
    /// What a lookup found.
    public struct Match: Sendable, Equatable {
        /// Position in the list of routes that the table was made of.
        public let route: Int
        /// Bytes to take off the front of the path, zero when the route was found by host.
        public let strippedPrefixLength: Int

        public init(route: Int, strippedPrefixLength: Int) {
            self.route = route
            self.strippedPrefixLength = strippedPrefixLength
        }
    }

    /// The places that lead to one route.
    public struct Entry: Sendable, Equatable {
        public let hosts: [String]
        /// Each begins with a slash and does not end with one.
        public let pathPrefixes: [String]

        public init(hosts: [String], pathPrefixes: [String]) {
            self.hosts = hosts
            self.pathPrefixes = pathPrefixes
        }
    }

    private struct HostSlot: Sendable {
        var hash: UInt64
        /// Lower case; empty in a free slot.
        var host: [UInt8]
        var route: Int
    }

    private struct PathPrefix: Sendable {
        let bytes: [UInt8]
        let route: Int
    }

    private var slots: [HostSlot]
    private let mask: Int
    /// Longest first.
    private let prefixes: [PathPrefix]

    /// Of two entries that claim one host or prefix, the earlier one keeps it.
    public init(_ entries: [Entry]) {
        let hostCount = entries.reduce(0) { $0 + $1.hosts.count }
        var capacity = 8
        while capacity < hostCount * 2 { capacity *= 2 }
        self.slots = Array(repeating: HostSlot(hash: 0, host: [], route: -1), count: capacity)
        self.mask = capacity - 1
        self.prefixes = entries.enumerated()
            .flatMap { index, entry in entry.pathPrefixes.map { PathPrefix(bytes: Array($0.utf8), route: index) } }
            .enumerated()
            .sorted { ($1.element.bytes.count, $0.offset) < ($0.element.bytes.count, $1.offset) }
            .map(\.element)
        for (index, entry) in entries.enumerated() {
            for host in entry.hosts { self.insert(Array(host.utf8).map(Self.lowercased), route: index) }
        }
    }

    /// - Parameters:
    ///   - host: The host of the request, with or without port.
    ///   - path: The path of the request, without query.
    public func route(host: UnsafeRawBufferPointer, path: UnsafeRawBufferPointer) -> Match? {
        if let route = self.route(host: host) { return Match(route: route, strippedPrefixLength: 0) }
        for prefix in self.prefixes where Self.hasSegmentPrefix(path, prefix.bytes) {
            return Match(route: prefix.route, strippedPrefixLength: prefix.bytes.count)
        }
        return nil
    }

    private func route(host: UnsafeRawBufferPointer) -> Int? {
        let length = Self.lengthWithoutPort(host)
        guard length > 0 else { return nil }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for offset in 0..<length { hash = (hash ^ UInt64(Self.lowercased(host[offset]))) &* 0x100_0000_01B3 }
        var position = Int(truncatingIfNeeded: hash ^ hash >> 32) & self.mask
        return self.slots.withUnsafeBufferPointer { slots in
            while slots[position].route >= 0 {
                if slots[position].hash == hash, Self.isEqual(slots[position].host, host, length) {
                    return slots[position].route
                }
                position = (position + 1) & self.mask
            }
            return nil
        }
    }

    private mutating func insert(_ host: [UInt8], route: Int) {
        guard !host.isEmpty else { return }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in host { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        var position = Int(truncatingIfNeeded: hash ^ hash >> 32) & self.mask
        while self.slots[position].route >= 0 {
            if self.slots[position].host == host { return }
            position = (position + 1) & self.mask
        }
        self.slots[position] = HostSlot(hash: hash, host: host, route: route)
    }

    /// `iris.default.localhost:8080` is 22 bytes without its port; an IPv6 literal keeps its brackets.
    private static func lengthWithoutPort(_ host: UnsafeRawBufferPointer) -> Int {
        var end = host.count
        while end > 0, host[end - 1] &- UInt8(ascii: "0") < 10 { end -= 1 }
        if end > 0, host[end - 1] == UInt8(ascii: ":") { end -= 1 } else { end = host.count }
        // A name may be written with the root's dot.
        if end > 1, host[end - 1] == UInt8(ascii: ".") { end -= 1 }
        return end
    }

    private static func isEqual(_ lowercase: [UInt8], _ bytes: UnsafeRawBufferPointer, _ length: Int) -> Bool {
        guard lowercase.count == length else { return false }
        for offset in 0..<length where lowercase[offset] != self.lowercased(bytes[offset]) { return false }
        return true
    }

    private static func hasSegmentPrefix(_ path: UnsafeRawBufferPointer, _ prefix: [UInt8]) -> Bool {
        guard path.count >= prefix.count else { return false }
        for offset in 0..<prefix.count where path[offset] != prefix[offset] { return false }
        return path.count == prefix.count || path[prefix.count] == UInt8(ascii: "/")
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }
}
