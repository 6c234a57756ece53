"""FastAPI, as its tutorial has it: models of pydantic in and out, `def` and `async def`.

https://fastapi.tiangolo.com/tutorial/body/, https://fastapi.tiangolo.com/tutorial/response-model/,
https://fastapi.tiangolo.com/async/
"""

from fastapi import FastAPI  # type: ignore[import-not-found]  # not in this environment
from graph import Graph  # type: ignore[import-not-found]  # this folder is on its path
from pydantic import BaseModel

app = FastAPI()
_graph = Graph()


class Texts(BaseModel):
    """A request."""

    texts: list[str]


class Result(BaseModel):
    """What is said of one text."""

    label: str
    score: float
    probabilities: dict[str, float]


class Answer(BaseModel):
    """An answer."""

    results: list[Result]


def classify(request: Texts) -> Answer:
    """Classify texts in a thread of the pool, as what has a plain function is."""
    return Answer(results=[Result(**each) for each in _graph.classify(request.texts)])


async def classify_async(request: Texts) -> Answer:
    """Classify texts on the event loop."""
    return classify(request)


# No decorators, as FastAPI has no types here.
app.post("/classify")(classify)
app.post("/classify-async")(classify_async)
