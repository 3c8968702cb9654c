/// The rest of a service: its policy hears of nothing, because nothing would follow from it.
struct ServiceRest {
    /// End of the report interval under way; `.max` while the service is awake.
    ///
    /// So whether an interval must be closed is one comparison for whoever counts a request.
    var boundary = Int64.max
    /// More requests than that in the house end the rest; `.max` while the service is awake.
    var mostConcurrency = Int.max
    /// Replicas that are ready all the time.
    var replicas = 0
    /// Whether it still stands among those whose load is reported.
    var isListed = false
    var epoch: UInt16 = 0
    var kept: KeptReports

    var isOn: Bool { self.boundary < .max }
}
