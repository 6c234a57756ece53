"""Many texts of a service that takes few at once: limits, progress, errors, patience."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.actions import paste
from tests.browser.browsers import Watch
from tests.browser.conftest import LABELS
from tests.runtime import graphs
from tests.runtime.processes import RunningService, running


@pytest.fixture(scope="module")
def small(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    folder = tmp_path_factory.mktemp("small")
    model = graphs.write(folder, graphs.model_bytes(LABELS))
    limits = {"MAX_TEXTS": 3, "MAX_BODY_BYTES": 100, "MAX_TEXT_CHARACTERS": 80}
    with running(folder, MODEL=model, **limits) as service:
        yield service


class TestOfAServiceThatTakesLittleAtOnce:
    @pytest.fixture
    def origin(self, small: RunningService) -> str:
        return small.url

    def test_texts_go_in_as_many_requests_as_its_limits_ask_for(self, home: Page, watch: Watch):
        paste(home, "rose\n" * 7 + f"{'x ' * 30}rose\n" * 2 + "€" * 81 + "\n" + "€" * 60)
        expect(home.locator("#resultsNote")).to_have_text(
            "9 texts classified, 2 too long to be asked for"
        )
        assert watch.requests().count("POST /v1/classify") == 4

    def test_progress_is_shown_and_the_rest_can_be_cancelled(self, home: Page):
        held: list[Route] = []
        let_through = _let_through_at_most(3, held)
        home.route("**/v1/classify", let_through)
        paste(home, "rose\n" * 30)
        expect(home.locator("#done")).to_have_text("9 of 30")
        assert home.locator("#progress").evaluate("bar => [bar.value, bar.max]") == [9, 30]
        home.wait_for_timeout(100)
        assert len(held) == 3  # no more are in flight
        home.get_by_role("button", name="Cancel").click()
        expect(home.locator("#resultsNote")).to_have_text("9 texts classified, 21 not asked for")
        expect(home.locator("#working")).to_be_hidden()
        expect(home.locator("#manyError")).to_have_text("")

    def test_an_error_ends_it_and_what_was_answered_stays(self, home: Page, watch: Watch):
        watch.expect_status(500)
        detail = "The service failed; its log tells why under this request's id."
        answers = iter(range(100))

        def fail_later(route: Route) -> None:
            if next(answers) < 4:
                route.continue_()
            else:
                problem = {"title": "Internal Server Error", "status": 500, "detail": detail}
                route.fulfill(status=500, json=problem)

        home.route("**/v1/classify", fail_later)
        paste(home, "rose\n" * 30)
        expect(home.locator("#manyError")).to_have_text(f"500 Internal Server Error: {detail}")
        expect(home.locator("#resultsNote")).to_have_text(
            re.compile(r"^\d+ texts classified, \d+ not asked for$")
        )

    def test_a_busy_service_is_asked_again(self, home: Page, watch: Watch):
        watch.expect_status(503)
        refused: list[Route] = []

        def refuse_once(route: Route) -> None:
            if refused:
                route.continue_()
            else:
                refused.append(route)
                route.fulfill(status=503, headers={"retry-after": "0.05"}, json={})

        home.route("**/v1/classify", refuse_once)
        paste(home, "rose\n" * 4)
        expect(home.locator("#resultsNote")).to_have_text("4 texts classified")


def _let_through_at_most(count: int, held: list[Route]) -> Callable[[Route], None]:
    passed = iter(range(count))

    def handle(route: Route) -> None:
        if next(passed, None) is None:
            held.append(route)
        else:
            route.continue_()

    return handle
