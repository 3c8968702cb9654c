/// How random durations and numbers are written.
enum LawTable {
    /// Exactly one law, under its name.
    static let table = FieldTable(
        "law",
        """
        A random duration or number. A figure alone is a constant: `3s`. Otherwise one law by name: \
        `{lognormal: {median: 3s, p99: 12s}}`.
        """,
        rule: .exactlyOne,
        [
            .optional("constant", .figure, "Always the same."),
            .optional("uniform", .object(Self.uniform), "Every value of a range is as likely."),
            .optional(
                "exponential",
                .object(Self.exponential),
                "Memoryless: what is left does not depend on what was."
            ),
            .optional("lognormal", .object(Self.lognormal), "Mostly near the median, with a long tail: most starts."),
            .optional("weibull", .object(Self.weibull), "Shape below 1: a long tail; above 1: close to its scale."),
            .optional("gamma", .object(Self.gamma), "Sums of exponential stages when the variation is below 1."),
            .optional(
                "hyperexponential",
                .object(Self.hyperexponential),
                "Two exponential kinds: short and long ones."
            ),
            .optional("mixture", .list(.object(Self.component)), "One of several laws, each with its weight."),
            .optional("empirical", .list(.figure), "Measured values, each as likely as the others."),
            .optional("quantiles", .list(.object(Self.quantile)), "Measured quantiles, straight lines between them."),
            .optional("truncated", .object(Self.truncated), "A law within bounds."),
        ]
    )

    static let uniform = FieldTable(
        "uniform",
        "Every value from one end to the other.",
        [.required("from", .figure, "The least value."), .required("to", .figure, "The largest value.")]
    )
    static let exponential = FieldTable(
        "exponential",
        "An exponential law.",
        [.required("mean", .figure, "Its mean.")]
    )
    static let lognormal = FieldTable(
        "lognormal",
        "A lognormal law: by `median` with `p95`, `p99` or `sigma`, or by `mean` with `scv` or `deviation`.",
        [
            .optional("median", .figure, "Half of the values lie below."),
            .optional("mean", .figure, "The mean."),
            .optional("sigma", .number(0...20), "Standard deviation of the logarithm."),
            .optional("p95", .figure, "95 % of the values lie below."),
            .optional("p99", .figure, "99 % of the values lie below."),
            .optional("scv", .number(0...10_000), "Squared coefficient of variation: variance by squared mean."),
            .optional("deviation", .figure, "Standard deviation."),
            .optional("shift", .figure, "Added to every value: a time that nothing is faster than."),
        ]
    )
    static let weibull = FieldTable(
        "weibull",
        "A Weibull law, by its shape and either its scale or its mean.",
        [
            .required("shape", .number(0.01...100), "Below 1 a long tail, 1 exponential, above 1 regular."),
            .optional("scale", .figure, "63 % of the values lie below."),
            .optional("mean", .figure, "The mean."),
        ]
    )
    static let gamma = FieldTable(
        "gamma",
        "A gamma law.",
        [
            .required("mean", .figure, "The mean."),
            .required("scv", .number(0.0001...10_000), "Squared coefficient of variation."),
        ]
    )
    static let hyperexponential = FieldTable(
        "hyperexponential",
        "Two exponential laws of equal load.",
        [
            .required("mean", .figure, "The mean."),
            .required("scv", .number(1...10_000), "Squared coefficient of variation, at least 1."),
        ]
    )
    static let component = FieldTable(
        "component",
        "One part of a mixture.",
        [
            .required("weight", .measure(.share), "How often this law is drawn from."),
            .required("law", .anything, "The law, as it would stand alone."),
        ]
    )
    static let quantile = FieldTable(
        "quantile",
        "One quantile.",
        [
            .required("share", .measure(.share), "The share of values below."),
            .required("value", .figure, "The value there."),
        ]
    )
    static let truncated = FieldTable(
        "truncated",
        "A law of which only values within bounds are taken.",
        [
            .required("law", .anything, "The law, as it would stand alone."),
            .optional("from", .figure, "The least value that is taken."),
            .optional("to", .figure, "The largest value that is taken."),
        ]
    )
}
