"""What the service says of itself and of its one model."""

from runtime.inference_protocol.schema import (
    ColumnNames,
    ModelMetadata,
    ServerMetadata,
    TensorMetadata,
)
from runtime.model import Model

NAME = "fintone"

INPUT = "text"
LABEL = "label"
PROBABILITIES = "probabilities"

_EXTENSIONS = ["binary_tensor_data"]
_PLATFORM = "onnxruntime_onnx"  # one of the protocol's own: <project>_<format>
_ANY = -1


def server_metadata(model: Model) -> ServerMetadata:
    """Name the server, and what it can beyond the protocol."""
    return ServerMetadata(NAME, model.version, _EXTENSIONS)


def model_metadata(model: Model) -> ModelMetadata:
    """Name the model's tensors: N texts in, N labels and N rows of C probabilities out."""
    columns = ColumnNames(list(model.labels))
    return ModelMetadata(
        NAME,
        [model.version],
        _PLATFORM,
        [TensorMetadata(INPUT, "BYTES", [_ANY])],
        [
            TensorMetadata(LABEL, "BYTES", [_ANY]),
            TensorMetadata(PROBABILITIES, "FP32", [_ANY, len(model.labels)], columns),
        ],
    )


def model_paths(model: Model) -> tuple[str, str]:
    """Return the paths of the model: without a version, and with the one that there is."""
    path = f"/v2/models/{NAME}"
    return path, f"{path}/versions/{model.version}"
