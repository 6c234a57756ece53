"""Asks the service on this machine whether it is ready: `python -m runtime.healthcheck`.

A container's health is asked for inside it, where there is neither a shell nor curl.
"""

import http.client
import os
import sys

from runtime.settings import Settings, SettingsError

_SECONDS = 3
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, not bound to


def main() -> int:
    """Return 0 if the service that the environment describes is ready, else 1 and say why not."""
    try:
        settings = Settings.from_environment(os.environ)
        host = _ANY_ADDRESS.get(settings.host, settings.host)
        status = _status(host, settings.port)
    except SettingsError as error:
        return _unhealthy(str(error))
    except (OSError, http.client.HTTPException) as error:
        return _unhealthy(f"No answer from {host}:{settings.port}: {error}")
    if status != http.HTTPStatus.OK:
        return _unhealthy(f"{host}:{settings.port} is not ready: it answers {status}")
    return 0


def _status(host: str, port: int) -> int:
    connection = http.client.HTTPConnection(host, port, timeout=_SECONDS)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status
    finally:
        connection.close()


def _unhealthy(reason: str) -> int:
    sys.stderr.write(f"{reason}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
