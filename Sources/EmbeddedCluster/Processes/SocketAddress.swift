import Glibc

/// The flag as `socket` takes it.
let closeOnExec = Int32(SOCK_CLOEXEC.rawValue)

extension sockaddr_in {
    /// Every address of this machine.
    static func any(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = INADDR_ANY
        return address
    }

    /// An address in dotted form, or `nil` when the text is none.
    init?(host: String, port: Int) {
        guard (0...65_535).contains(port) else { return nil }
        self = .any(port: port)
        guard inet_pton(AF_INET, host == "localhost" ? "127.0.0.1" : host, &self.sin_addr) == 1 else { return nil }
    }
}
