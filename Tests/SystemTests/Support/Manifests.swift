import Foundation

/// Manifests that the system tests serve.
enum Manifests {
    /// The quickstart's iris model, back at zero after six quiet seconds.
    static func iris(annotations: String = "", predictor: String = "") -> String {
        """
        apiVersion: serving.kserve.io/v1beta1
        kind: InferenceService
        metadata:
          name: iris
          annotations:
            autoscaling.knative.dev/window: "6s"
            autoscaling.knative.dev/initial-scale: "0"
        \(annotations)
        spec:
          predictor:
            minReplicas: 0
            maxReplicas: 3
            scaleTarget: 20
        \(predictor)
            model:
              modelFormat: {name: onnx}
              storageUri: \(RunningPlatform.root.path)/config/quickstart/models/iris
        """
    }

    /// A container of the user's own: any program that listens on $PORT.
    static let custom = """
        apiVersion: serving.kserve.io/v1beta1
        kind: InferenceService
        metadata:
          name: files
          annotations: {autoscaling.knative.dev/initial-scale: "0"}
        spec:
          predictor:
            minReplicas: 0
            containers:
              - image: python
                command: [python3, -m, http.server, --bind, 127.0.0.1, $(PORT)]
        """

    static let body = #"{"instances": [[6.8, 2.8, 4.8, 1.4], [6.0, 3.4, 4.5, 1.6]]}"#
    static let answer = #"{"predictions":[1,1]}"#
}
