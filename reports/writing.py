"""Files that are either complete or absent."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from infograd.error import SpecificationError


def write_whole(path: str | os.PathLike[str], content: bytes) -> None:
    """Write `content` beside `path` and move it there in one step; a reader sees the old file or the new one.

    Raises: SpecificationError when the folder of `path` does not exist.
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise SpecificationError(f"the folder {str(target.parent)!r} of the report {target.name!r} does not exist; make it first.")
    partial = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    try:
        with partial.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)
