import ScalingCore
import StructuredData
import Testing
import Timekeeping

@Suite("Kafka lag")
struct KafkaLagTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var committed: Int64?
        var start: Int64?
        var end: Int64?
        var policy = KafkaLagRules.OffsetResetPolicy.latest
        var zeroOnInvalid = false
        var lag: Int64
        var testDescription: String { self.name }
    }

    static let rows: [Row] = [
        Row(name: "129 no end", committed: -1, policy: .earliest, zeroOnInvalid: true, lag: 0),
        Row(name: "130 no end", committed: -1, policy: .earliest, lag: 0),
        Row(name: "131 committed, no end", committed: 100, lag: 0),
        Row(name: "132 the distance", committed: 100, end: 150, lag: 50),
        Row(name: "133 never committed, latest, zero asked for", committed: -1, end: 150, zeroOnInvalid: true, lag: 0),
        Row(name: "134 never committed, latest", committed: -1, end: 150, lag: 1),
        Row(name: "135 never committed, earliest", committed: -1, end: 150, policy: .earliest, lag: 150),
        Row(name: "no offset is a negative one", committed: nil, end: 150, policy: .earliest, lag: 150),
        Row(name: "earliest, zero asked for", end: 150, policy: .earliest, zeroOnInvalid: true, lag: 0),
        Row(name: "earliest, the start of the log not known", end: 150, policy: .earliest, lag: 150),
        Row(name: "earliest begins at the log's start", start: 120, end: 150, policy: .earliest, lag: 30),
        Row(name: "committed before the log's start", committed: 100, start: 140, end: 150, lag: 10),
        Row(name: "a topic made anew", committed: 900, start: 0, end: 20, lag: 0),
        Row(name: "offsets at the edge of the numbers", committed: 0, end: .max, lag: .max),
    ]

    @Test("of one partition", arguments: Self.rows)
    func ofOnePartition(row: Row) {
        let rules = KafkaLagRules(
            offsetResetPolicy: row.policy,
            scaleToZeroOnInvalidOffset: row.zeroOnInvalid
        )
        let offsets = KafkaPartitionOffsets(
            topic: "requests",
            partition: 0,
            committed: row.committed,
            logStart: row.start,
            logEnd: row.end
        )
        #expect(rules.lag(of: offsets) == row.lag)
    }

    @Test(
        "136 to 142: an even distribution takes the smallest divisor that is enough",
        arguments: [
            (10, 1), (20, 2), (40, 4), (50, 5), (99, 10), (100, 10), (101, 20), (1000, 100), (1_000_000, 100),
        ] as [(Int64, Int64)]
    )
    func evenDistribution(lag: Int64, replicas: Int64) {
        let rules = KafkaLagRules(ensureEvenDistributionOfPartitions: true)
        #expect(rules.capped(lag: lag, partitions: 100, lagging: 100) == replicas * 10)
    }

    @Test("an even distribution of nothing is nothing")
    func evenDistributionOfNothing() {
        let rules = KafkaLagRules(ensureEvenDistributionOfPartitions: true)
        #expect(rules.capped(lag: 0, partitions: 100, lagging: 0) == 0)
        #expect(rules.capped(lag: 5, partitions: 0, lagging: 0) == 0)
    }

    @Test(
        "the cap is the number of partitions, or of those with lag, or none",
        arguments: [
            (KafkaLagRules(), 45, 30), (KafkaLagRules(), 35, 35), (KafkaLagRules(allowIdleConsumers: true), 45, 45),
            (KafkaLagRules(limitToPartitionsWithLag: true), 45, 20), (KafkaLagRules(), -5, 0),
        ] as [(KafkaLagRules, Int64, Int64)]
    )
    func cap(rules: KafkaLagRules, lag: Int64, reported: Int64) {
        #expect(rules.capped(lag: lag, partitions: 3, lagging: 2) == reported)
    }

    // MARK: Stuck partitions

    static func partition(_ number: Int32 = 0, committed: Int64, end: Int64) -> KafkaPartitionOffsets {
        KafkaPartitionOffsets(topic: "requests", partition: number, committed: committed, logStart: 0, logEnd: end)
    }

    @Test("a partition is stuck by time, however often somebody looks")
    func stuckByTime() {
        var lag = KafkaLag(rules: KafkaLagRules(excludePersistentLag: true, persistentLagSeconds: 60))
        let offsets = [Self.partition(committed: 5, end: 30), Self.partition(1, committed: 0, end: 12)]
        #expect(lag.measure(offsets, now: .seconds(0)).lag == 20, "two partitions, ten messages for each")
        for tenths in 1..<600 {
            let measured = lag.measure(offsets, now: .seconds(Double(tenths) / 10))
            #expect(measured.stuckPartitions == 0)
            #expect(measured.lag == 20)
        }
        let moved = [Self.partition(committed: 5, end: 40), Self.partition(1, committed: 1, end: 12)]
        let measured = lag.measure(moved, now: .seconds(60))
        #expect(measured.stuckPartitions == 1)
        #expect(measured.lag == 11)
        #expect(measured.totalLag == 46)
        #expect(measured.isActive, "what is stuck still keeps the group awake")
        let sentence = "1 of 2 partitions with lag that does not move, which asks for no more replicas"
        #expect(measured.remark == sentence)
    }

    @Test("work that comes after a quiet hour is not stuck")
    func quietIsNotStuck() {
        var lag = KafkaLag(rules: KafkaLagRules(excludePersistentLag: true))
        for minute in 0..<60 {
            _ = lag.measure([Self.partition(committed: 5, end: 5)], now: .seconds(Double(minute) * 60))
        }
        let measured = lag.measure([Self.partition(committed: 5, end: 9)], now: .seconds(3600))
        #expect(measured.lag == 4)
        #expect(measured.stuckPartitions == 0)
    }

    @Test("nothing is stuck unless that was asked for, and a first commit is waited for without end")
    func stuckOnlyWhenAsked() {
        var plain = KafkaLag(rules: KafkaLagRules())
        var excluding = KafkaLag(rules: KafkaLagRules(offsetResetPolicy: .earliest, excludePersistentLag: true))
        for second in [0.0, 1000] {
            let old = plain.measure([Self.partition(committed: 1, end: 4)], now: .seconds(second))
            #expect(old.lag == 3)
            let new = excluding.measure([Self.partition(committed: -1, end: 4)], now: .seconds(second))
            #expect(new.lag == 4)
            #expect(new.remark == "1 of 1 partitions without a committed offset")
        }
    }

    @Test("a group is active above the activation lag, not at it")
    func activation() {
        var lag = KafkaLag(rules: KafkaLagRules(activationLagThreshold: 5))
        #expect(!lag.measure([Self.partition(committed: 0, end: 5)], now: .zero).isActive)
        #expect(lag.measure([Self.partition(committed: 0, end: 6)], now: .zero).isActive)
    }

    // MARK: Which partitions

    @Test("143: partitions are named by numbers and ranges")
    func limitation() throws {
        let limitation = try KafkaPartitionLimitation("1-4,8,10-12")
        #expect((0..<20).filter { limitation.contains($0) } == [1, 2, 3, 4, 8, 10, 11, 12])
        #expect(try KafkaPartitionLimitation(" 3 - 5 , 4-7").ranges == [3...7])
        #expect(try KafkaPartitionLimitation("  ").contains(77))
    }

    @Test(
        "what is no list of partitions is refused",
        arguments: ["a", "1,,2", "5-2", "-3", "1-2-3", "1-", "99999999999"]
    )
    func refused(text: String) throws {
        let problem = #expect(throws: Problem.self) { try KafkaPartitionLimitation(text) }
        #expect(problem?.message.contains("parts must be partitions") == true)
    }
}
