"""The version stands alone so that `canon --version` imports nothing else."""

VERSION = "0.1.0"
