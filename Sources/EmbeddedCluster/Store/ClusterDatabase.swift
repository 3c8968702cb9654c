import GRDB
import KubernetesClient
import StructuredData
import Synchronization

/// The objects on disk: one row each, and one transaction a write.
///
/// Write-ahead log without a sync per commit: a killed process loses nothing that was answered, a machine that loses
/// power may lose the last moments and never consistency.
final class ClusterDatabase: Sendable {
    private let queue: DatabaseQueue
    /// A connection of its own, so that no writer waits for a checkpoint.
    private let checkpointer: DatabaseQueue
    private let commits = Atomic<Int>(0)
    /// Transactions after which a checkpoint is worth its while.
    private static let checkpointAfter = 64

    init(path: String) throws(KubernetesError) {
        do {
            var configuration = Configuration()
            configuration.journalMode = .wal
            configuration.label = "pilotlight.cluster"
            configuration.prepareDatabase { database in
                try database.execute(sql: "PRAGMA synchronous = NORMAL")
                // Checkpoints are taken beside the writers; this is the limit should nobody come to take them.
                try database.execute(sql: "PRAGMA wal_autocheckpoint = 16384")
            }
            self.queue = try DatabaseQueue(path: path, configuration: configuration)
            try Self.migrator.migrate(self.queue)
            self.checkpointer = try DatabaseQueue(path: path)
        } catch {
            throw Self.failure(path, "cannot be opened", error)
        }
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("objects") { database in
            try database.execute(
                sql: """
                    CREATE TABLE object (
                        resource TEXT NOT NULL,
                        namespace TEXT NOT NULL,
                        name TEXT NOT NULL,
                        body BLOB NOT NULL,
                        PRIMARY KEY (resource, namespace, name)
                    );
                    CREATE TABLE store (version INTEGER NOT NULL);
                    INSERT INTO store (version) VALUES (1);
                    """
            )
        }
        return migrator
    }

    /// Everything that is stored, and the version it is at.
    func load() throws(KubernetesError) -> (objects: [StoredObject], version: Int64) {
        do {
            return try self.queue.read { database in
                let version = try Int64.fetchOne(database, sql: "SELECT version FROM store") ?? 1
                let rows = try Row.fetchCursor(database, sql: "SELECT resource, namespace, name, body FROM object")
                var objects: [StoredObject] = []
                while let row = try rows.next() {
                    let key = ObjectKey(namespace: row["namespace"], name: row["name"])
                    let body: DatabaseBytes = row["body"]
                    objects.append(
                        StoredObject(
                            id: StoredObject.ID(resource: row["resource"], key: key),
                            object: KubernetesObject(json: try JSONParser.parse(body.bytes))
                        )
                    )
                }
                return (objects, version)
            }
        } catch {
            throw Self.failure(self.queue.path, "cannot be read", error)
        }
    }

    /// Makes the changes durable, all or none.
    func commit(_ changes: [StoreChange]) throws(KubernetesError) {
        guard let last = changes.last else { return }
        do {
            try self.queue.write { database in
                for change in changes { try Self.write(change, to: database) }
                let statement = try database.cachedStatement(sql: "UPDATE store SET version = ?")
                try statement.execute(arguments: [last.version])
            }
            self.commits.add(1, ordering: .relaxed)
        } catch {
            throw Self.failure(self.queue.path, "cannot be written", error)
        }
    }

    /// Moves what the log holds into the database, beside the writers, when enough has come together.
    func checkpointIfDue() async {
        guard self.commits.load(ordering: .relaxed) >= Self.checkpointAfter else { return }
        self.commits.store(0, ordering: .relaxed)
        // One that fails leaves the log longer, and is made up for by the next.
        _ = try? await self.checkpointer.writeWithoutTransaction { try $0.checkpoint(.passive) }
    }

    private static func write(_ change: StoreChange, to database: Database) throws {
        let id = change.stored.id
        if change.kind == .deleted {
            let statement = try database.cachedStatement(
                sql: "DELETE FROM object WHERE resource = ? AND namespace = ? AND name = ?"
            )
            try statement.execute(arguments: [id.resource, id.key.namespace, id.key.name])
        } else {
            let statement = try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO object (resource, namespace, name, body) VALUES (?, ?, ?, ?)"
            )
            let body = DatabaseBytes(bytes: change.stored.object.json.jsonBytes())
            try statement.execute(arguments: [id.resource, id.key.namespace, id.key.name, body])
        }
    }

    private static func failure(_ path: String, _ what: String, _ error: any Error) -> KubernetesError {
        KubernetesError(.serverError, subject: "store \(path)", message: "\(what): \(error)")
    }
}
