"""The function answers the client of Hugging Face's hub as the local server does."""

from collections.abc import Iterator

import httpx
import httpx2
import huggingface_hub
import pytest
from huggingface_hub.errors import HfHubHTTPError

from tests.lambda_.emulator import Emulator, recorded

TEXT = "Net sales rose by 5 % to EUR 131 mn"


class FunctionUrl(httpx2.BaseTransport):
    """Stands where AWS turns a request to a function URL into an event, and its answer back."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        event = recorded("function_url_post")
        event["rawPath"] = event["requestContext"]["http"]["path"] = request.url.path
        event["headers"] = dict(request.headers)
        event["body"] = request.read().decode()
        answer = self._emulator.invoke(event)
        return httpx2.Response(answer["statusCode"], headers=answer["headers"], text=answer["body"])


@pytest.fixture
def hub(emulator: Emulator) -> Iterator[huggingface_hub.InferenceClient]:
    client = httpx2.Client(transport=FunctionUrl(emulator))
    huggingface_hub.set_client_factory(lambda: client)
    yield huggingface_hub.InferenceClient("https://function.example/predict")
    huggingface_hub.set_client_factory(httpx2.Client)


def test_the_hubs_client_gets_what_the_local_server_answers(
    hub: huggingface_hub.InferenceClient, server: httpx.Client
):
    found = [{"label": each.label, "score": each.score} for each in hub.text_classification(TEXT)]
    assert [found] == server.post("/predict", json={"inputs": TEXT}).json()
    assert found[0]["label"] == "positive"


def test_the_hubs_client_is_told_what_to_change(hub: huggingface_hub.InferenceClient):
    with pytest.raises(HfHubHTTPError, match="inputs is blank: send a text with words"):
        hub.text_classification(" ")
