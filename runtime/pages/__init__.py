"""The page to try the service: plain HTML, CSS and one ES module, filled in for the model."""

from runtime.pages.home import Home

__all__ = ["Home"]
