"""Records of the Algorithmic Transparency Recording Standard, from agreements, the log and people."""
