"""The function answers what the local server answers, however often it is asked."""

import itertools
import json

import httpx

from tests.lambda_.emulator import Emulator, recorded

WARM_INVOCATIONS = 500

SUBJECTS = ("Operating profit", "Net sales", "The order book", "Liikevoitto", "Q3 EBITDA")
VERBS = ("rose", "fell", "was unchanged", "doubled", "was cut")
ENDS = ("", "to EUR 13.1 mn", "by 5 %", "in Helsinki", "from EUR 68.8 mn to EUR 35.4 mn")


def test_500_warm_invocations_have_the_answers_of_the_local_server(
    emulator: Emulator, server: httpx.Client
):
    parts = itertools.product(SUBJECTS, VERBS, ENDS)
    texts = [" ".join(filter(None, words)) for words in parts]
    url_event = recorded("function_url_post")
    answers, expected = [], []
    for number in range(WARM_INVOCATIONS):
        text = texts[number % len(texts)]
        request = {"text": text}
        expected.append(server.post("/v1/classify", json=request).json())
        if number % 2:
            answers.append(emulator.invoke(request))
        else:
            url_event["body"] = json.dumps(request)
            answers.append(json.loads(emulator.invoke(url_event)["body"]))
    assert answers == expected
    assert len({answer["result"]["label"] for answer in answers}) == 3
