extension PolicyCatalogue {
    /// Every policy that a scenario can name: those that ship, and those of the literature.
    public static let everything: PolicyCatalogue = {
        var catalogue = PolicyCatalogue.basic
        for factory in PolicyCatalogue.literature.factories { catalogue.add(factory) }
        return catalogue
    }()
}
