"""Small batches for tests of annotation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workbench.core.records import Document, text_hash
from workbench.corpus.documents import document_files, dump_document
from workbench.corpus.tasks import Batch, dump_settings

TEXT = "金川县政协委员向𠀀金川县沙尔乡贫困户捐赠（２１０万元）。\u00a0政協(xié)😀"

STORY = (
    "2016年5月，永州市政协向𠀀沙尔乡贫困户捐赠２１０万元，惠及12户。\u00a0四川省委委员\u3000走访沙尔乡😀。\n"
    "永州市政协主席(xié)说：永州市政协与四川省委合作，沙尔乡的cafe\u0301\t\U0001f468\u200d\U0001f469建成。\n"
)
"""Names that come again, numbers, and everything that breaks tools."""


def make_batch(root: Path, documents: int = 3, name: str = "pilot", **settings: Any) -> Batch:
    """A batch with documents d00, d01 …, in a folder of a project."""
    batch = Batch(root, name, "cppcc_poverty", **settings)
    batch.documents_folder.mkdir(parents=True)
    (batch.folder / "batch.toml").write_text(dump_settings(batch), encoding="utf-8")
    for number in range(documents):
        write_document(batch, f"d{number:02}", f"{TEXT}{number}\n")
    return Batch.open(root, name)


def write_document(batch: Batch, doc_id: str, text: str) -> None:
    """Write a document's two files, over those that are there."""
    files = dump_document(Document(doc_id=doc_id, text=text, raw_sha256=text_hash(text)))
    for path, content in zip(document_files(batch.documents_folder, doc_id), files, strict=True):
        path.write_text(content, encoding="utf-8", newline="")
