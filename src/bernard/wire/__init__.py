"""The published shapes of calls to models, OpenAI's, Anthropic's and Google's: translation, no I/O."""
