"""The models behind small Protocols: the engines on this machine and the suppliers' servers."""
