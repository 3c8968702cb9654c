// Rooms: InferenceServer:Tensors,JSON,Protocols
@testable import InferenceServer

func require(_ condition: Bool, _ what: StaticString) {
    guard condition else { fatalError("\(what)") }
}

let outputs = [TensorDescription(name: "y", datatype: .float32, shape: [-1])]

func interface(_ inputs: [TensorDescription]) -> ModelInterface {
    ModelInterface(platform: "fuzz", inputs: inputs, outputs: outputs)
}

/// One model with an input `x` of every datatype, one without dimensions, and one with two inputs.
let models =
    Datatype.allCases.map { interface([TensorDescription(name: "x", datatype: $0, shape: [-1, 2])]) } + [
        interface([TensorDescription(name: "x", datatype: .float32, shape: [])]),
        interface([
            TensorDescription(name: "x", datatype: .float64, shape: [-1]),
            TensorDescription(name: "b64", datatype: .bytes, shape: [-1]),
        ]),
    ]

/// Whatever was accepted must fit the model in every respect.
func check(_ request: InferenceRequest, _ model: ModelInterface) {
    require(request.inputs.count == model.inputs.count, "inputs are missing")
    for (tensor, description) in zip(request.inputs, model.inputs) {
        require(tensor.datatype == description.datatype, "a wrong datatype was accepted")
        require(description.accepts(tensor.shape), "a wrong shape was accepted")
        switch tensor.contents {
        case .fixedWidth(let memory):
            require(memory.bytes.count == tensor.elementCount * (tensor.datatype.byteWidth ?? 0), "a wrong size")
            // The sanitizer sees a tensor that reaches beyond its memory, and an element that was never written.
            if tensor.datatype == .bool { require(memory.bytes.allSatisfy { $0 <= 1 }, "a truth value is neither") }
            require(memory.bytes.reduce(0) { $0 &+ Int($1) } >= 0, "unreachable")
        case .strings(let strings):
            require(strings.count == tensor.elementCount, "strings are missing")
            require((0..<strings.count).reduce(0) { $0 + strings[$1].count } == strings.bytes.count, "strings overlap")
        }
    }
    require(request.outputs.allSatisfy { model.outputs.indices.contains($0.index) }, "an output that is none")
}

/// The first byte chooses the model, the second how many bytes of the rest are JSON; what remains is the body.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeBufferPointer(start: start, count: count)
    guard count >= 2 else { return 0 }
    let model = models[Int(input[0]) % models.count]
    // In memory of its own, so that the sanitizer sees a read behind its end.
    let body = Array(input[2...])
    body.withUnsafeBufferPointer { body in
        if let request = try? V1RequestReader(interface: model, outputs: [WantedOutput(index: 0)]).read(body) {
            check(request, model)
        }
        if let request = try? V2RequestReader(interface: model).read(body) { check(request, model) }
        let headerLength = input[1] == 0 ? body.count : Int(input[1])
        if let request = try? V2RequestReader(interface: model).read(body, headerLength: headerLength) {
            check(request, model)
        }
    }
    return 0
}
