import Foundation
import GRDB

/// Bytes in a column.
struct DatabaseBytes: DatabaseValueConvertible {
    let bytes: [UInt8]

    var databaseValue: DatabaseValue { Data(self.bytes).databaseValue }

    static func fromDatabaseValue(_ value: DatabaseValue) -> DatabaseBytes? {
        Data.fromDatabaseValue(value).map { DatabaseBytes(bytes: Array($0)) }
    }
}
