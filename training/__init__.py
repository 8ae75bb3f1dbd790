"""How what ships trained is trained. Nothing here is in the wheel."""
