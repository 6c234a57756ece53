"""The command `python -m runtime`."""

import argparse
import os
import sys

from runtime.settings import Settings, SettingsError, describe


def main() -> int:
    """Serve as the environment says; a mistake in it is one sentence and exit status 1."""
    _parser().parse_args()
    try:
        settings = Settings.from_environment(os.environ)
        # Imported here, as --help and a wrong setting need neither onnxruntime nor uvicorn.
        from runtime.artefact import ModelError
        from runtime.server import ListenError, WorkerError, serve
    except SettingsError as error:
        return _fail(error)
    try:
        serve(settings)
    except (ModelError, ListenError, WorkerError) as error:
        return _fail(error)
    return 0


def _fail(error: Exception) -> int:
    sys.stderr.write(f"{error}\n")
    return 1


def _parser() -> argparse.ArgumentParser:
    table = "\n".join(
        f"  {variable} (default {default})\n      {description}"
        for variable, default, description in describe()
    )
    return argparse.ArgumentParser(
        prog="python -m runtime",
        description="Serves the graph over HTTP. There are no options; the environment sets it up:",
        epilog=table,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


if __name__ == "__main__":
    sys.exit(main())
