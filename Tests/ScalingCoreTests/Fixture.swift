import Foundation
import StructuredData

/// A file of golden data beside the tests.
enum Fixture: String {
    case traces = "kpa-traces"
    case scenarios = "kpa-scenarios"

    func json() throws -> JSONValue {
        guard let url = Bundle.module.url(forResource: "Fixtures/\(self.rawValue)", withExtension: "json") else {
            throw Problem(path: self.rawValue, message: "the fixture is not there")
        }
        return try JSONParser.parse(Data(contentsOf: url))
    }
}
