"""The service that this one replaces, by its recipe: FastAPI, TensorFlow and a pickled vectorizer.

Runs in an environment of its own (requirements/old-service.txt), with what old_service_build made.
"""

import os
import pickle
from pathlib import Path

import keras
from fastapi import FastAPI  # type: ignore[import-not-found]  # not in this environment
from mangum import Mangum
from pydantic import BaseModel

_FOLDER = Path(os.environ["OLD_SERVICE"])
_CATEGORIES = ("negative", "neutral", "positive")

with (_FOLDER / "vectorizer.pkl").open("rb") as _file:
    _vectorizer = pickle.load(_file)  # noqa: S301  # written by old_service_build
_network = keras.models.load_model(_FOLDER / "network.keras")

app = FastAPI()


class Text(BaseModel):
    """A request."""

    payload: str


def process_text(text: Text) -> dict[str, str]:
    """Classify one text."""
    counts = _vectorizer.transform([text.payload]).toarray()
    best = int(_network.predict(counts, verbose=0)[0].argmax())
    return {"Raw Text": text.payload, "Categories": _CATEGORIES[best]}


app.post("/process_text")(process_text)  # no decorator, as FastAPI has no types here
handler = Mangum(app)
