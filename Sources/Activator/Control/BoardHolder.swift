import Synchronization

/// Lets the notices of revisions reach the board that is made after them.
final class BoardHolder: Sendable {
    private struct WeakBoard {
        weak var board: RoutingBoard?
    }

    private let state = Mutex(WeakBoard())

    var board: RoutingBoard? {
        get { self.state.withLock { $0.board } }
        set { self.state.withLock { $0.board = newValue } }
    }
}
