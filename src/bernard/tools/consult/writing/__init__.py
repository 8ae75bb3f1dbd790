"""What a consultation writes for other programs: cells that run nothing, archives without the time."""
