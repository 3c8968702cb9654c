extension HeaderTable {
    /// More than any honest sender lists; each is compared with every field of the head.
    private static let maximumOptions = 32

    /// Reads every Connection field, and marks the fields they name as hop-by-hop.
    ///
    /// Of the known headers none can be named away: whoever could make an intermediary drop Host, Authorization or
    /// X-Forwarded-For would change whom the request is for or whom it comes from. Such an option is ignored. What is
    /// truly hop-by-hop among the known headers is dropped with or without being named.
    mutating func readConnectionOptions(_ base: UnsafeRawPointer) throws(WireFault) -> ConnectionOptions {
        var options: ConnectionOptions = []
        guard let first = self.value(of: .connection) else { return options }
        // Nearly always there is one field with one option that is known.
        if !self.repeated.contains(.connection), let known = ConnectionOptions.of(first.bytes(at: base)) {
            return known
        }
        var optionCount = 0
        for index in 0..<self.count where self[index].header == .connection {
            var list = TokenList(base, self[index].value)
            while let option = try list.next() {
                optionCount += 1
                guard optionCount <= Self.maximumOptions else { throw .tooManyConnectionOptions }
                let bytes = option.bytes(at: base)
                if let known = ConnectionOptions.of(bytes) {
                    options.formUnion(known)
                } else {
                    self.markFields(named: bytes, base)
                }
            }
        }
        return options
    }

    private mutating func markFields(named name: UnsafeRawBufferPointer, _ base: UnsafeRawPointer) {
        for index in 0..<self.count {
            let field = self[index]
            guard field.header == .other, field.name.bytes(at: base).equalsIgnoringCase(name) else { continue }
            self.markListedInConnection(index)
        }
    }
}
