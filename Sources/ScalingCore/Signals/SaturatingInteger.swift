extension Int64 {
    /// The sum, or the nearest number there is: counts come from servers, which may say anything.
    func saturatingSum(_ other: Int64) -> Int64 {
        let (sum, overflow) = self.addingReportingOverflow(other)
        guard overflow else { return sum }
        return other < 0 ? .min : .max
    }

    /// The product of two numbers that are not negative, or the largest number there is.
    func saturatingProduct(_ other: Int64) -> Int64 {
        let (product, overflow) = self.multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}
