/// The standard normal law.
public enum NormalLaw {
    /// The value below which `share` of all lie, for a share strictly between 0 and 1.
    ///
    /// Wichura's rational approximations (Applied Statistics 37, 1988, algorithm AS 241): about 16 digits.
    public static func quantile(_ share: Double) -> Double {
        let q = share - 0.5
        if abs(q) <= 0.425 {
            let r = 0.180625 - q * q
            return q * Self.ratio(r, Self.centreAbove, Self.centreBelow)
        }
        let tail = q < 0 ? share : 1 - share
        let root = (-ElementaryFunctions.log(tail)).squareRoot()
        let magnitude =
            root <= 5
            ? Self.ratio(root - 1.6, Self.middleAbove, Self.middleBelow)
            : Self.ratio(root - 5, Self.farAbove, Self.farBelow)
        return q < 0 ? -magnitude : magnitude
    }

    /// The share of all values below `value`, to about 15 digits.
    public static func share(below value: Double) -> Double {
        guard value.magnitude < 38 else { return value < 0 ? 0 : 1 }
        let z = value.magnitude
        let density = ElementaryFunctions.exp(-z * z / 2) * 0.3989422804014327
        let tail: Double
        if z < 3 {
            // The series x + x³/3 + x⁵/15 + …, all terms positive.
            var term = z
            var sum = z
            var odd = 3.0
            while term > sum * 1e-17 {
                term *= z * z / odd
                sum += term
                odd += 2
            }
            tail = 0.5 - density * sum
        } else {
            // Laplace's continued fraction from the inside out.
            var fraction = z
            for step in stride(from: 80.0, through: 1, by: -1) { fraction = z + step / fraction }
            tail = density / fraction
        }
        return value < 0 ? tail : 1 - tail
    }

    private typealias Eight = (Double, Double, Double, Double, Double, Double, Double, Double)

    private static func polynomial(_ x: Double, _ c: Eight) -> Double {
        ((((((c.7 * x + c.6) * x + c.5) * x + c.4) * x + c.3) * x + c.2) * x + c.1) * x + c.0
    }

    private static func ratio(_ x: Double, _ above: Eight, _ below: Eight) -> Double {
        Self.polynomial(x, above) / Self.polynomial(x, below)
    }

    private static var centreAbove: Eight {
        (
            3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
            45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727
        )
    }
    private static var centreBelow: Eight {
        (
            1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867,
            39307.89580009271061, 28729.085735721942674, 5226.495278852854561
        )
    }
    private static var middleAbove: Eight {
        (
            1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
            1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4
        )
    }
    private static var middleBelow: Eight {
        (
            1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
            0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9
        )
    }
    private static var farAbove: Eight {
        (
            6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123,
            0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7
        )
    }
    private static var farBelow: Eight {
        (
            1, 0.59983220655588793769, 0.1369298809227358053, 0.0148753612908506148525, 7.868691311456132591e-4,
            1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15
        )
    }
}
