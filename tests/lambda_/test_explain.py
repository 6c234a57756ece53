"""The function explains an answer as the local server does."""

import json

import httpx

from tests.lambda_.emulator import Emulator, recorded


def test_a_text_is_explained_as_by_the_local_server(emulator: Emulator, server: httpx.Client):
    event = recorded("function_url_post")
    event["rawPath"] = event["requestContext"]["http"]["path"] = "/v1/explain"
    event["body"] = json.dumps({"text": "Operating profit fell to EUR 35.4 mn"})
    before = len(emulator.lines())
    answer = emulator.invoke(event)
    expected = server.post("/v1/explain", json=json.loads(event["body"]))
    assert (answer["statusCode"], answer["body"]) == (200, expected.text)
    assert len(json.loads(answer["body"])["words"]) == 7
    line = emulator.last_line(before)
    assert (line["route"], line["texts"]) == ("/v1/explain", 1)
