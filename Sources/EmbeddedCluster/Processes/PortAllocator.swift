import Glibc
import Synchronization

/// Gives every replica a TCP port of its own.
///
/// Ports are given in turn, so that one that has become free rests before it serves another replica: whoever still holds
/// its address meets nobody rather than a stranger.
final class PortAllocator: Sendable {
    private struct State {
        var taken: Set<Int> = []
        var next: Int
    }

    private let range: ClosedRange<Int>
    private let state: Mutex<State>

    init(range: ClosedRange<Int>) {
        self.range = range
        self.state = Mutex(State(next: range.lowerBound))
    }

    /// A port that no replica has and nobody listens on, or `nil` when there is none left.
    func allocate() -> Int? {
        self.state.withLock { state in
            for _ in self.range {
                let port = state.next
                state.next = port == self.range.upperBound ? self.range.lowerBound : port + 1
                guard !state.taken.contains(port), Self.isFree(port) else { continue }
                state.taken.insert(port)
                return port
            }
            return nil
        }
    }

    func release(_ port: Int) {
        self.state.withLock { _ = $0.taken.remove(port) }
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | closeOnExec, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // As servers do: only a listener is in the way, not connections that are fading out.
        var yes: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
        var address = sockaddr_in.any(port: port)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                    && listen(descriptor, 1) == 0
            }
        }
    }
}
