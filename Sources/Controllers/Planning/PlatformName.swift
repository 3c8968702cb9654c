/// Names that the controllers give to what they make, beyond those of `ServingAPI`.
enum PlatformName {
    /// On Deployments and pods: which template a pod was made from, as far as its author decides about it.
    static let template = "pilotlight.dev/template"
    /// On a Revision: the last template of which a pod became ready.
    static let readyTemplate = "pilotlight.dev/ready-template"
    /// On every child: what the controllers last wanted of it, so that a field they no longer want is noticed.
    static let wanted = "pilotlight.dev/wanted"
    /// Who writes an object, in its label `app.kubernetes.io/managed-by`.
    static let managedByLabel = "app.kubernetes.io/managed-by"
    static let manager = "pilotlight"
    /// The value of the drain annotation by which the activator says when a pod may end.
    static let drainByActivator = "activator"
}
