import HTTPWire

/// A parsed request head that can be shared: one per loop for heads that arrive in one piece, one of its own for a
/// connection whose head comes in pieces, because it remembers how far it got.
final class RequestHeadBox {
    var head: RequestHead

    init(limits: HeadLimits) {
        self.head = RequestHead(limits: limits)
    }
}

/// A parsed response head, one per loop.
final class ResponseHeadBox {
    var head: ResponseHead

    init(limits: HeadLimits) {
        self.head = ResponseHead(limits: limits)
    }
}
