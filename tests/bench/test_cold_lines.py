"""What is read of the emulator's output, and of a function's answers."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.cold_emulator import StartError, check_answer
from bench.cold_lines import Phases, read_phases

OUTPUT = """\
22 Nov 2026 12:26:23,178 [INFO] (rapid) INIT START(type: on-demand, phase: init)
{"level":"INFO","message":"INIT done"}
22 Nov 2026 12:26:23,376 [INFO] (rapid) INIT RTDONE(status: success)
22 Nov 2026 12:26:23,376 [INFO] (rapid) INIT REPORT(durationMs: 197.377000)
22 Nov 2026 12:26:23,376 [INFO] (rapid) INVOKE START(requestId: 66831bed)
22 Nov 2026 12:26:23,376 [INFO] (rapid) INVOKE RTDONE(status: success, produced bytes: 0, \
duration: 0.586000ms)
REPORT RequestId: 66831bed	Init Duration: 0.02 ms	Duration: 198.12 ms	Billed Duration: 199 ms
22 Nov 2026 12:26:23,446 [INFO] (rapid) INVOKE RTDONE(status: success, produced bytes: 0, \
duration: 12.681000ms)
"""


def test_init_and_invocations_are_read_and_the_report_line_is_not():
    assert read_phases(OUTPUT) == Phases(197.377, (0.586, 12.681))


def test_an_invocation_that_failed_is_none():
    failed = OUTPUT.replace("INVOKE RTDONE(status: success", "INVOKE RTDONE(status: error", 1)
    assert read_phases(failed).invocations == (12.681,)


@given(st.text() | st.text(alphabet="INTREPO(durationMs: 0123456789.)\n"))
def test_any_output_can_be_read(output: str):
    assert read_phases(output).invocations == ()


@pytest.mark.parametrize("body", [b"{}", b'{"Categories": "up"}', b'{"statusCode": 200}'])
def test_an_answer_is_accepted(body: bytes):
    check_answer(body)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"errorType": "BadRequest", "errorMessage": "Send"}', "BadRequest: Send"),
        (b'{"errorMessage": "Runtime exited"}', "error: Runtime exited"),
        (b'{"statusCode": 422}', "it answered with status 422"),
        (b"Task timed out after 3.00 seconds", "it answered Task timed out after 3.00 seconds"),
        (b"[1]", r"it answered \[1\]"),
    ],
)
def test_an_answer_that_is_an_error_is_reported(body: bytes, message: str):
    with pytest.raises(StartError, match=f"^{message}$"):
        check_answer(body)


@given(st.binary())
def test_any_answer_is_accepted_or_refused(body: bytes):
    with suppress(StartError):
        check_answer(body)
