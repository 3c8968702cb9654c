extension InferenceError {
    /// The answer to a body that is no JSON, or not the JSON that it should be.
    static func notJSON(_ error: JSONReadError) -> InferenceError {
        InferenceError(.invalidInput, "the request body cannot be read: \(error.located)")
    }
}

extension JSONReadError {
    var located: String { "\(self.message) (byte \(self.offset))" }
}

extension JSONScanner {
    /// Bytes from here to the end.
    var remaining: Int { self.end - self.position }

    /// The same text from another position on.
    func moved(to position: Int) -> JSONScanner {
        var scanner = self
        scanner.reset(to: position)
        return scanner
    }

    mutating func skip() throws(InferenceError) {
        do { try self.skipValue() } catch { throw .notJSON(error) }
    }

    mutating func text(of what: String) throws(InferenceError) -> String {
        do throws(JSONReadError) {
            guard self.current == UInt8(ascii: "\"") else { throw self.unexpected("a string as \(what)") }
            return try self.readString()
        } catch {
            throw .notJSON(error)
        }
    }

    mutating func truth(of what: String) throws(InferenceError) -> Bool {
        do throws(JSONReadError) {
            guard let truth = try self.takeTruth() else { throw self.unexpected("true or false as \(what)") }
            return truth
        } catch {
            throw .notJSON(error)
        }
    }
}
