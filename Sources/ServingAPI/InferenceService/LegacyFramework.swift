/// The legacy keys of a predictor, each the name of a model format.
public enum LegacyFramework: String, Sendable, CaseIterable {
    case sklearn, xgboost, tensorflow, pytorch, triton, onnx, huggingface, pmml, lightgbm, paddle
}
