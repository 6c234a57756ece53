"""The commands of the section on deploying, as far as they go without an account."""

from tests.readme.checkout import Checkout
from tests.readme.page import commands_of

DEPLOY, SMOKE = commands_of("Deploy")


def test_make_deploy_is_the_deployment(checkout: Checkout):
    """Not run, only planned; tests/cdk shows what it deploys."""
    (checkout.folder / ".venv" / ".installed-cdk").touch()
    planned = checkout.run(f"{DEPLOY} --dry-run").stdout.splitlines()[-1].strip()
    assert planned.endswith("bash cdk/cli.sh deploy")


def test_make_smoke_asks_what_is_at_the_url(checkout: Checkout):
    (checkout.folder / ".venv" / ".installed-cdk").touch()
    command, _ = SMOKE.split("URL=")
    with checkout.serving("make serve") as server:
        asked = checkout.run(f"{command} URL=http://127.0.0.1:{server.port}")
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "✓ classify" in asked.stdout
