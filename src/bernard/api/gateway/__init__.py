"""The gateway's doors: OpenAI's and Anthropic's protocols under /v1, as raw ASGI."""
