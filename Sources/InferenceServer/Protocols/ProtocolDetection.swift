/// Tells the protocols apart where nothing but the body does, as in a message.
enum ProtocolDetection {
    enum Version: Equatable { case v1, v2 }

    /// Ends the reading, as soon as enough is known or nothing can be.
    private enum End: Error { case found(Version), unreadable }

    /// V1 has `instances`, or `inputs` with tensors; V2 has `inputs` as a list of objects with a shape and a datatype.
    ///
    /// What is neither counts as V1, whose reader says what is wrong with it.
    static func version(of body: UnsafeBufferPointer<UInt8>) -> Version {
        var scanner = JSONScanner(body)
        scanner.skipSpace()
        return Self.ending { () throws(End) in
            try scanner.readObject("a JSON object", failure: { _ in .unreadable }) { (scanner, key) throws(End) in
                switch key {
                case "instances": throw .found(.v1)
                case "inputs": throw .found(Self.version(ofInputs: scanner))
                default: try Self.skip(&scanner)
                }
            }
        }
    }

    private static func version(ofInputs scanner: JSONScanner) -> Version {
        var scanner = scanner
        guard scanner.current == UInt8(ascii: "[") else { return .v1 }
        scanner.advance()
        scanner.skipSpace()
        guard scanner.current == UInt8(ascii: "{") else { return .v1 }
        return Self.ending { () throws(End) in
            try scanner.readObject("an input", failure: { _ in .unreadable }) { (scanner, key) throws(End) in
                if key == "shape" || key == "datatype" { throw .found(.v2) }
                try Self.skip(&scanner)
            }
        }
    }

    private static func ending(_ reading: () throws(End) -> Void) -> Version {
        do {
            try reading()
        } catch .found(let version) {
            return version
        } catch {
            return .v1
        }
        return .v1
    }

    private static func skip(_ scanner: inout JSONScanner) throws(End) {
        do { try scanner.skipValue() } catch { throw .unreadable }
    }
}
