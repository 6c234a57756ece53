"""uvicorn's configuration, filled from our settings."""

import uvicorn
from starlette.types import ASGIApp

from runtime.settings import Settings


class ServerConfig(uvicorn.Config):
    """A configuration that carries the settings with it: workers get it pickled.

    Args:
        settings: where to listen, how many workers, the bounds of requests.
        app: the application, or the import path of a function that makes it in each worker.
    """

    def __init__(self, settings: Settings, app: ASGIApp | str, *, factory: bool) -> None:
        self.settings = settings
        super().__init__(
            app,
            factory=factory,
            workers=settings.workers,
            loop="uvloop",
            http="runtime.protocol:BoundedProtocol",
            ws="none",
            interface="asgi3",
            lifespan="off",  # the graph is loaded and warm before the server starts
            log_config=None,  # runtime.server routes uvicorn's messages into our log
            access_log=False,
            proxy_headers=False,  # nothing here asks who the client is
            server_header=False,
            timeout_graceful_shutdown=settings.drain_seconds,
        )
