"""The witness: a small server that cosigns the checkpoints of logs it has checked."""
