"""Load for the service, by Locust: users who post headlines and check every answer.

    locust                                                     a page on http://localhost:8089
    locust --headless -u 100 -r 100 -t 1m --p99 50             a minute, and an exit status
    locust --headless -u 100 -r 100 --requests 10000           so many requests
    locust --headless -u 400 -r 100 -t 3m --shape spike        a spike
    locust --headless -u 900 -r 300 -t 5m --processes 4        on four cores
    locust --host https://abc.lambda-url.eu-west-1.on.aws --iam --headless -u 50 -t 1m

On several machines, each with this checkout: one `locust --master --expect-workers 2 ...`, and
`locust --worker --master-host NAME` on the others. `locust --help` tells all options, ours last.
"""

import sys

from locust import events
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment

from load.errors import LoadError
from load.options import add_options
from load.run import Run
from load.users import Reader

__all__ = ["Reader"]


def _add_options(parser: LocustArgumentParser, **_: object) -> None:
    add_options(parser)


def _begin(environment: Environment, **_: object) -> None:
    try:
        run = Run(environment)
    except LoadError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    environment.events.test_start.add_listener(lambda **_: run.start())
    environment.events.test_stop.add_listener(lambda **_: run.finish())
    environment.events.quitting.add_listener(lambda **_: run.judge())
    environment.events.quit.add_listener(lambda **_: run.tell())  # below Locust's own tables


events.init_command_line_parser.add_listener(_add_options)
events.init.add_listener(_begin)
