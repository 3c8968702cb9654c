/// How the columns of a table of requests are to be understood: one description a format.
struct RequestColumns {
    enum TimeUnit: Equatable {
        /// `2023-11-16 18:17:03.9799600`
        case calendar
        case seconds
        case milliseconds
    }

    /// The arrival, or the end when there is a duration to take off.
    var time: String
    var timeUnit: TimeUnit
    /// Whether `time` is when the request ended.
    var isTimeTheEnd = false
    /// Seconds, or milliseconds with the suffix of the column; `nil`: none.
    var duration: String?
    var durationUnit = TimeUnit.seconds
    var inputTokens: String?
    var outputTokens: String?
    var isCold: String?
    /// Columns whose values together name the service; none: there is one service.
    var service: [String] = []

    /// `nil` for formats that are no table of requests.
    init?(_ format: TraceFormat) {
        switch format {
        case .azureLLM:
            (self.time, self.timeUnit) = ("TIMESTAMP", .calendar)
            (self.inputTokens, self.outputTokens) = ("ContextTokens", "GeneratedTokens")
        case .burstGPT:
            (self.time, self.timeUnit) = ("Timestamp", .seconds)
            (self.inputTokens, self.outputTokens) = ("Request tokens", "Response tokens")
            self.duration = "Elapsed time"
            self.service = ["Model"]
        case .azureFunctions2021:
            (self.time, self.timeUnit, self.isTimeTheEnd) = ("end_timestamp", .seconds, true)
            self.duration = "duration"
            self.service = ["app", "func"]
        case .awsLambda:
            (self.time, self.timeUnit) = ("client_start_time", .seconds)
            (self.duration, self.durationUnit) = ("aws_duration", .milliseconds)
            self.isCold = "is_cold"
        default: return nil
        }
    }
}
