"""The doors for programs: Bernard's own API under /api/v1, and the gateway's under /v1."""
