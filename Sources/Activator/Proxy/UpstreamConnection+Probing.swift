import HTTPWire
import NIOCore
import ServingAPI
import Telemetry
import Timekeeping

/// The part of a connection to a replica that asks whether the replica serves.
extension UpstreamConnection {
    /// Asks the replica whether it serves, and keeps the connection for the first request if it does.
    ///
    /// - Parameter answer: Called once: with what the replica says of its start-up, or with `nil` when it does not serve.
    func probe(_ answer: @escaping (String?) -> Void) {
        guard case .http(let path) = self.endpoint.probe else {
            self.becomeIdle()
            return answer("")
        }
        self.onProbed = answer
        self.phase = .probing
        self.response = UpstreamResponse(method: .get)
        var request = ByteBufferAllocator().buffer(capacity: 256)
        let host = self.endpoint.address.description
        request.writeString("GET \(path) HTTP/1.1\r\nhost: \(self.endpoint.address.ipAddress ?? host)\r\n")
        request.writeString("user-agent: pilotlight-probe\r\n\r\n")
        self.writeAndFlush(request)
        let timeout = Int64(self.loop.settings.probeTimeoutSeconds * 1e9)
        self.loop.wheel.set(self, at: self.loop.now.advanced(byNanoseconds: timeout))
    }

    func finishProbe(with serverTiming: String?) {
        let answer = self.onProbed
        self.onProbed = nil
        answer?(serverTiming)
    }

    func probeAnswered() {
        let isReady = (200..<300).contains(self.response.status)
        let keepsAlive = self.response.keepsAlive
        let answer = self.onProbed
        self.onProbed = nil
        if isReady, keepsAlive {
            self.becomeIdle()
        } else {
            self.phase = .closed
            self.close()
        }
        answer?(isReady ? self.probeTiming : nil)
    }
}
