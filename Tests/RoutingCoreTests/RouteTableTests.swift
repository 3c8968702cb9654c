import RoutingCore
import Testing

@Suite("RouteTable")
struct RouteTableTests {
    static let table = RouteTable([
        RouteTable.Entry(
            hosts: ["iris.default.localhost", "iris-default.localhost"],
            pathPrefixes: ["/serving/default/iris"]
        ),
        RouteTable.Entry(
            hosts: ["Digits.Default.Localhost"],
            pathPrefixes: ["/serving/default/digits", "/serving/default/iris/sub"]
        ),
    ])

    @Test(
        "a host is found whatever its case, port or root dot",
        arguments: [
            ("iris.default.localhost", 0), ("IRIS.default.LOCALHOST", 0), ("iris-default.localhost:8080", 0),
            ("iris.default.localhost.", 0), ("iris.default.localhost.:80", 0), ("digits.default.localhost", 1),
        ]
    )
    func hostIsFound(host: String, route: Int) {
        #expect(Self.find(host, "/anything") == RouteTable.Match(route: route, strippedPrefixLength: 0))
    }

    @Test(
        "an unknown host finds nothing",
        arguments: ["", "iris", "x.iris.default.localhost", "iris.default.localhosts", ":80"]
    )
    func unknownHost(host: String) {
        #expect(Self.find(host, "/v1/models") == nil)
    }

    @Test(
        "a path prefix matches whole segments, the longest first",
        arguments: [
            ("/serving/default/iris", 0, 21), ("/serving/default/iris/v1", 0, 21),
            ("/serving/default/iris/sub/x", 1, 25),
            ("/serving/default/digits/v2", 1, 23),
        ]
    )
    func pathIsFound(path: String, route: Int, stripped: Int) {
        #expect(Self.find("127.0.0.1:8080", path) == RouteTable.Match(route: route, strippedPrefixLength: stripped))
    }

    @Test("part of a segment is no prefix", arguments: ["/serving/default/irises", "/serving/default", "/", ""])
    func partialSegment(path: String) {
        #expect(Self.find("127.0.0.1", path) == nil)
    }

    @Test("of two routes with one host the earlier keeps it") func earlierWins() {
        let table = RouteTable([
            RouteTable.Entry(hosts: ["a.b"], pathPrefixes: []), RouteTable.Entry(hosts: ["a.b"], pathPrefixes: []),
        ])
        #expect(Self.find("a.b", "/", in: table)?.route == 0)
    }

    @Test("thousands of hosts are all found") func manyHosts() {
        let table = RouteTable((0..<5000).map { RouteTable.Entry(hosts: ["s\($0).ns.example.com"], pathPrefixes: []) })
        for number in stride(from: 0, to: 5000, by: 7) {
            #expect(Self.find("S\(number).ns.Example.com", "/", in: table)?.route == number)
        }
    }

    static func find(_ host: String, _ path: String, in table: RouteTable = Self.table) -> RouteTable.Match? {
        Array(host.utf8).withUnsafeBytes { host in
            Array(path.utf8).withUnsafeBytes { path in table.route(host: host, path: path) }
        }
    }
}
