"""Collections handed in by hand: the output of a printed batch, or a device's saved configuration."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from audit.store import StoreError, write_private
from checks.model.fact import Collection


def keep_import(folder: Path, collection: Collection) -> Path:
    """Keep a collection; a later import for the same asset takes its place."""
    file = folder / f"{hashlib.sha256(collection.asset.encode()).hexdigest()[:16]}.json"
    write_private(file, collection.model_dump_json(indent=1) + "\n")
    return file


def read_imports(folder: Path) -> Iterator[Collection]:
    """Every collection handed in. Raises StoreError when one is damaged: it must not silently count as missing."""
    for file in sorted(folder.glob("*.json")):
        try:
            yield Collection.model_validate_json(file.read_bytes())
        except ValueError as error:
            raise StoreError(f"导入的文件 {file} 已损坏（{str(error).splitlines()[0]}）；删掉它，重新导入") from None
