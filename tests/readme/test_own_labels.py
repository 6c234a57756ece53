"""From a table of one's own to answers over HTTP, by the README's commands: the whole way."""

import csv
from collections.abc import Iterator

import httpx
import pytest

from tests.readme.checkout import Checkout, Server
from tests.readme.page import commands_of

TRAIN, EXPORT, SERVE = commands_of("Your own labels")

# Four queues, one of them not in ASCII; subjects in English, German, Greek and Hindi.
QUEUES = {
    "billing": (
        "{} invoice charged twice, please refund",
        "Die Rechnung {} wurde doppelt abgebucht",
        "Το τιμολόγιο {} χρεώθηκε δύο φορές",
        "बिल {} का भुगतान दो बार कट गया",
    ),
    "delivery": (
        "Parcel {} never arrived at my address",
        "Das Paket {} ist nie angekommen",
        "Το δέμα {} δεν έφτασε ποτέ",
        "पार्सल {} अब तक नहीं पहुँचा",
    ),
    "access, login": (
        "Cannot sign in to account {}, password rejected",
        "Anmeldung {} gesperrt, Passwort falsch",
        "Ο λογαριασμός {} κλειδώθηκε, λάθος κωδικός",
        "खाता {} बंद है, पासवर्ड गलत",
    ),
    "Rückgabe": (
        "How do I return order {} for another size",
        "Bestellung {} umtauschen gegen andere Größe",
        "Επιστροφή παραγγελίας {} για άλλο μέγεθος",
        "ऑर्डर {} वापस करना है, दूसरा साइज़",
    ),
}
NAMES = ("Alder", "Brook", "Cedar", "Drift")


def tickets() -> list[tuple[str, str]]:
    return [
        (subject.format(name), queue)
        for name in NAMES
        for queue, subjects in QUEUES.items()
        for subject in subjects
    ]


@pytest.fixture(scope="module")
def server(checkout: Checkout) -> Iterator[Server]:
    with (checkout.folder / "tickets.csv").open("w", encoding="utf-8", newline="") as table:
        csv.writer(table).writerows([("subject", "queue"), *tickets()])
    for command in (TRAIN, EXPORT):
        result = checkout.run(command)
        assert result.returncode == 0, result.stderr
    with checkout.serving(SERVE) as server:
        yield server


def test_the_service_answers_with_the_labels_of_the_table(server: Server):
    texts, queues = zip(*tickets(), strict=True)
    url = f"http://127.0.0.1:{server.port}/v1/classify"
    answer = httpx.post(url, json={"texts": texts}, timeout=60).raise_for_status().json()
    assert answer["model"] == server.version
    assert all(result["probabilities"].keys() == QUEUES.keys() for result in answer["results"])
    found = [result["label"] for result in answer["results"]]
    right = sum(label == queue for label, queue in zip(found, queues, strict=True))
    assert right >= 0.9 * len(queues)  # it was trained on these very texts


@pytest.mark.parametrize("document", ["/", "/openapi.json"])
def test_its_documents_name_the_labels_of_the_table(server: Server, document: str):
    shown = httpx.get(f"http://127.0.0.1:{server.port}{document}", timeout=60).text
    assert [queue for queue in QUEUES if queue not in shown] == []
