"""The public register for anybody: its files as they lie in their folder, without a sign-in.

They were made to be published, and their own pages say what a browser may do with them. A folder
that no build of ours made is not served, whatever a setting names.
"""

from __future__ import annotations

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bernard.register.site.folder import is_register

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
# The page that verifies runs its own scripts, which its own policy names by their hashes. Here it
# runs as a site of its own, so that it could read nothing of ours if it wanted to.
_VERIFIER = "verify/browser.html"
_APART = "sandbox allow-scripts allow-forms allow-downloads; frame-ancestors 'none'"


class RegisterFiles(StaticFiles):
    """Serves the newest register; there may be none yet."""

    def __init__(self, folder: Path) -> None:
        """Serve what is in this folder at each request."""
        super().__init__(directory=folder, html=True, check_dir=False)
        self._folder = folder

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file, or the page of a folder."""
        # No build of ours makes hidden files; a folder that is copied or kept in Git may have some.
        hidden = any(part.startswith(".") for part in path.split("/")) and path != "."
        if hidden or not is_register(self._folder):
            raise HTTPException(404)
        response = await super().get_response(path, scope)
        policy = _APART if path == _VERIFIER else _POLICY
        response.headers["Content-Security-Policy"] = policy
        response.headers["Cache-Control"] = "no-cache"
        return response

    async def check_config(self) -> None:
        """Nothing: the folder may come later."""
