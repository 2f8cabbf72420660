"""Parquet as Hugging Face `datasets` has it: one row a document, one file, or a folder with a dataset card.

    doc_id, text        strings
    entities            list of {id, type, fragments: [{start, end}], text, attributes: [{key, value}], value, cluster,
                        note, score, extra}
    relations           list of {id, type, head, tail, attributes, note, score, extra}
    frames              list of {id, type, trigger: {fragments, text, extra}, arguments: [{role, entity, extra}],
                        attributes, note, score, extra}
    zones               list of {kind, start, end, note, extra}
    author, schema, text_sha256, finished_layers, provenance, extra

Offsets are half-open code points, as Python slices strings. Attributes are lists of pairs, since a dictionary would
become a structure that has every attribute of every document. Values, provenance and further keys are strings of JSON,
so that numbers come back as they were. The columns are the same whatever the documents hold, and the file says so to
`datasets` in a way that all its versions understand: `load_dataset("parquet", data_files=…)` and
`load_dataset(folder)` give these features also where no document has an entity.

A path that ends in `.parquet` is one file; another is a folder with `data/train-00000-of-00001.parquet` and a
`README.md`. Both are written and read in row groups of some hundreds of documents. Of a folder all files are read that
end in `.parquet`; that a document is of another split than train is kept under the key `parquet` of its `extra`.

Files of other programs need `doc_id`, and `text` or `entities`; whatever else is missing is taken as not said. They
may give `start` and `end` or pairs for fragments, structures or maps for attributes, structures for JSON, and the name
`events` for frames. Further columns and parts are kept in `extra`; where JSON cannot say what they hold, they are left
out with a warning.
"""

from workbench.formats.parquet.reading import FORMAT, read, recognise
from workbench.formats.parquet.writing import losses, writer

__all__ = ["FORMAT", "losses", "read", "recognise", "writer"]
