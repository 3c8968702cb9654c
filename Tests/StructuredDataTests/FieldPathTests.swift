import StructuredData
import Testing

@Suite("Places of fields and names that were meant")
struct FieldPathTests {
    @Test("a path reads as people write it") func description() {
        let path = FieldPath("spec.predictor").member("containers").element(0).member("env")
        #expect(path.description == "spec.predictor.containers[0].env")
        #expect(FieldPath("metadata.annotations").member("a.b/c").description == "metadata.annotations[\"a.b/c\"]")
        #expect(FieldPath.root.description == "")
        #expect(path.parent?.description == "spec.predictor.containers[0]")
    }

    @Test("an absent field stands where its object stands") func sourceMap() {
        var map = SourceMap()
        let annotations = FieldPath("metadata.annotations")
        map.record(.root, line: 1)
        map.record(FieldPath("metadata"), line: 3)
        map.record(annotations, line: 5)
        map.record(annotations.member("a.b/c"), line: 6)
        map.record(FieldPath("spec.list").element(2), line: 9)
        #expect(map.line(of: annotations.member("a.b/c")) == 6)
        #expect(map.line(of: annotations.member("x.y/z")) == 5)
        #expect(map.line(of: "metadata.annotations[\"a.b/c\"]") == 6)
        #expect(map.line(of: "metadata.annotations[\"x.y/z\"]") == 5)
        #expect(map.line(of: "metadata.annotations[\"x.y/z\"].more[3]") == 5)
        #expect(map.line(of: "spec.list[2].name") == 9)
        #expect(map.line(of: "spec.list[1]") == 1)
        #expect(map.line(of: "") == 1)
        #expect(SourceMap().line(of: "a.b") == nil)
        #expect(map.located(Problem(path: "spec", message: "is required")).description == "line 1: spec: is required")
    }

    @Test(
        "the name that was meant",
        arguments: [
            ("nmae", "name"), ("storageURI", "storageUri"), ("minReplica", "minReplicas"), ("contianers", "containers"),
            ("replicas", "maxReplicas"), ("size", nil), ("modelformat", "modelFormat"), ("x", nil), ("", nil),
            ("MODEL", "model"),
        ]
    )
    func nearest(wrong: String, right: String?) {
        let names = ["name", "storageUri", "minReplicas", "maxReplicas", "containers", "modelFormat", "model"]
        #expect(NearestName.of(wrong, among: names) == right)
    }

    @Test("of two names equally near the first in the alphabet is named") func ties() {
        #expect(NearestName.of("bat", among: ["cat", "bar"]) == "bar")
        #expect(NearestName.hint(for: "bat", among: ["cat", "bar"]) == "; did you mean 'bar'?")
    }
}
