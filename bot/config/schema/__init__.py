"""The keys of canon.yml, one file for each part: pydantic models, and how they become values."""
