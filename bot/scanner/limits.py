def too_large(file_size: int) -> str:
    """Why a file of more than `file_size` bytes is skipped."""
    for unit, size in (("MiB", 1 << 20), ("KiB", 1 << 10)):
        if file_size >= size and file_size % size == 0:
            return f"larger than {file_size // size} {unit}"
    return f"larger than {file_size} bytes"
