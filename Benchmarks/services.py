"""Manifests that several benchmarks serve."""
import os

MODELS = os.path.abspath("config/quickstart/models")


def iris(name, window="60s", maximum=4, target=20, extra="", model="iris"):
    return f"""
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: {name}
  annotations:
    autoscaling.knative.dev/window: "{window}"
    autoscaling.knative.dev/initial-scale: "0"
spec:
  predictor:
    minReplicas: 0
    maxReplicas: {maximum}
    scaleTarget: {target}
    {extra}
    model:
      modelFormat: {{name: onnx}}
      storageUri: {MODELS}/{model}
"""
