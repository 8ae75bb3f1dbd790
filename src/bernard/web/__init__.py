"""The pages: what a person sees in a browser, made on the server and usable without JavaScript."""

from bernard.web.app import app

__all__ = ["app"]
