"""The servers that are compared, and how each is started and asked."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.peers.graph import VARIABLE
from bench.server_traffic import BATCH, SINGLE

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / "bench" / "peers"
FUNCTIONS = ROOT / "bench" / "functions"

FINTONE, BARE, STARLETTE = "fintone", "asgi", "starlette"
FASTAPI, FASTAPI_ASYNC = "fastapi", "fastapi-async"
LITSERVE, BENTOML, MLSERVER, OLD = "litserve", "bentoml", "mlserver", "old"
NAMES = (FINTONE, BARE, STARLETTE, FASTAPI, FASTAPI_ASYNC, LITSERVE, BENTOML, MLSERVER, OLD)

PORT, FOLDER = "{port}", "{folder}"
"""Stand for the port, and for a folder that may be filled, in commands and variables."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where texts are sent, and what the body is made of them."""

    path: str
    body: Callable[[Sequence[str]], object]


@dataclass(frozen=True, slots=True)
class Contender:
    """A server.

    Attributes:
        name: its name in tables and for `--only`.
        title: what it is, in a few words.
        description: how it is started, in words.
        command: the command; it and the variables may have `PORT` and `FOLDER` in them.
        routes: where it is asked, by kind of request; a kind may lack.
        variables: environment variables of its own.
        place: the working directory.
        has_graph: whether its answers are the graph's.
        packages: distributions whose versions matter.
    """

    name: str
    title: str
    description: str
    command: tuple[str, ...]
    routes: Mapping[str, Route]
    variables: Mapping[str, str] = field(default_factory=dict)
    place: Path = PEERS
    has_graph: bool = True
    packages: tuple[str, ...] = ()

    @property
    def python(self) -> Path:
        """The Python of its environment: the command is one, or lies beside it."""
        return Path(self.command[0]).with_name("python").absolute()


@dataclass(frozen=True, slots=True)
class Environments:
    """Folders of the virtual environments, and the graph that all serve."""

    peers: Path
    mlserver: Path
    old: Path
    model: Path


def contenders(environments: Environments) -> tuple[Contender, ...]:
    """Return all servers, this one first, in the order of `NAMES`."""
    return (_fintone(environments), *_floors(), *_peers(environments), _old(environments))


def _fintone(environments: Environments) -> Contender:
    return Contender(
        FINTONE,
        "this service",
        "`python -m runtime`, as `make serve` starts it",
        (sys.executable, "-m", "runtime"),
        {
            SINGLE: Route("/v1/classify", _text),
            BATCH: Route("/v1/classify", _texts),
        },
        {
            "FINTONE_PORT": PORT,
            "FINTONE_HOST": "127.0.0.1",
            "FINTONE_WORKERS": "1",
            "FINTONE_MODEL": str(environments.model),
        },
        ROOT,
        packages=("starlette", "uvicorn", "uvloop", "httptools", "msgspec", "onnxruntime"),
    )


def _floors() -> Iterator[Contender]:
    routes = {SINGLE: Route("/classify", _text)}
    what = {
        (BARE, "bare"): ("bare ASGI, a constant", "an ASGI application of two messages"),
        (STARLETTE, "starlette"): ("Starlette, a constant", "a route that returns a JSONResponse"),
    }
    for (name, application), (title, description) in what.items():
        command = uvicorn(Path(sys.executable), f"constant:{application}")
        options = ("--loop", "uvloop", "--http", "httptools", "--no-access-log")
        yield Contender(
            name,
            title,
            f"{description}, under uvicorn with uvloop and httptools, without a log",
            (*command, *options, "--lifespan", "off"),
            routes,
            has_graph=False,
            packages=("starlette", "uvicorn"),
        )


def _peers(environments: Environments) -> Iterator[Contender]:
    bin_ = environments.peers.absolute() / "bin"
    variables = {VARIABLE: str(environments.model)}
    fastapi = uvicorn(bin_ / "python", "fastapi_service:app")
    for name, path, how in (
        (FASTAPI, "/classify", "def"),
        (FASTAPI_ASYNC, "/classify-async", "async def"),
    ):
        yield Contender(
            name,
            f"FastAPI + onnxruntime, {how}",
            f"models of pydantic, a route with `{how}`; `uvicorn` with uvloop and httptools",
            fastapi,
            _same(path),
            variables,
            packages=("fastapi", "pydantic", "uvicorn", "onnxruntime"),
        )
    yield Contender(
        LITSERVE,
        "LitServe",
        "a `LitAPI`, one API server and one worker",
        (str(bin_ / "python"), "litserve_service.py", PORT),
        _same("/predict"),
        variables,
        packages=("litserve", "fastapi", "uvicorn", "onnxruntime"),
    )
    yield Contender(
        BENTOML,
        "BentoML",
        "a service with one API and one worker, `bentoml serve`",
        (
            *(str(bin_ / "bentoml"), "serve", "bentoml_service:Sentiment"),
            *("--host", "127.0.0.1", "--port", PORT),
        ),
        _same("/classify"),
        # It would report its use to its makers, and keep files in the user's home.
        {**variables, "BENTOML_DO_NOT_TRACK": "True", "BENTOML_HOME": FOLDER},
        packages=("bentoml", "starlette", "uvicorn", "onnxruntime"),
    )
    yield _mlserver(environments, variables)


def _mlserver(environments: Environments, variables: Mapping[str, str]) -> Contender:
    return Contender(
        MLSERVER,
        "MLServer",
        "a custom runtime, `mlserver start`; in its one process, as on one core a pool of workers"
        " would only cost",
        (str(environments.mlserver.absolute() / "bin" / "mlserver"), "start", "."),
        dict.fromkeys((SINGLE, BATCH), Route("/v2/models/sentiment/infer", _inference)),
        {
            **variables,
            "MLSERVER_HOST": "127.0.0.1",
            "MLSERVER_HTTP_PORT": PORT,
            # Any free ones, or two runs at a time would meet.
            "MLSERVER_GRPC_PORT": "0",
            "MLSERVER_METRICS_PORT": "0",
            "MLSERVER_PARALLEL_WORKERS": "0",
        },
        packages=("mlserver", "fastapi", "uvicorn", "onnxruntime"),
    )


def _old(environments: Environments) -> Contender:
    return Contender(
        OLD,
        "old service",
        "FastAPI, Keras 512-256-3 on TensorFlow, a pickled CountVectorizer with 4000 features;"
        " `uvicorn` with uvloop and httptools; its weights are random",
        uvicorn(environments.old.absolute() / "bin" / "python", "old_service:app"),
        {SINGLE: Route("/process_text", lambda texts: {"payload": texts[0]})},
        {
            "OLD_SERVICE": str((environments.old / "model").absolute()),
            "PYTHONPATH": str(FUNCTIONS),
            "TF_CPP_MIN_LOG_LEVEL": "3",
        },
        has_graph=False,
        packages=("fastapi", "tensorflow-cpu", "keras", "scikit-learn", "uvicorn"),
    )


def uvicorn(python: Path, application: str) -> tuple[str, ...]:
    """Return uvicorn's command; it takes uvloop and httptools where they are installed."""
    return (str(python), "-m", "uvicorn", application, "--host", "127.0.0.1", "--port", PORT)


def _same(path: str) -> dict[str, Route]:
    return dict.fromkeys((SINGLE, BATCH), Route(path, _texts))


def _text(texts: Sequence[str]) -> object:
    return {"text": texts[0]}


def _texts(texts: Sequence[str]) -> object:
    return {"texts": list(texts)}


def _inference(texts: Sequence[str]) -> object:
    tensor = {"name": "text", "shape": [len(texts)], "datatype": "BYTES", "data": list(texts)}
    return {"inputs": [tensor]}
