"""spaCy's DocBin (`.spacy`): what `spacy train` reads, with everything else in the user data of each document.

- Every character is a token without a space behind it, so `doc.text` is the text, and every mention has whole tokens.
- `doc.spans["sc"]` has a span for every fragment of every entity: its label is the type, its id the entity's. Several
  spans of one id are one discontinuous entity. Here the span categorizer looks.
- `doc.ents` has one layer of them for the entity recognizer, which can have no overlap: of entities that share a
  character the longest or the shortest (`WriteSettings.flatten`), and none of several fragments.
- `doc.user_data["doc_id"]` is the document's id, and `doc.user_data["relations"]` a list of `{id, type, head, tail}`
  with `attributes`, `note` and `score` where there are any; heads and tails are ids of spans.
- `doc.user_data["workbench"]` is JSON with all the rest, by ids. An entity's `extra["spacy"]["kb_id"]` is the span's
  `kb_id`.

Nothing is lost as long as user data is stored. Of tokens only the entity attributes are stored, so that norms and the
like are those of the vocabulary that reads the file. A DocBin has no parts that could be read or written one by one:
reading and writing hold all of it in memory, some hundred bytes for each character, and a file has room for 100 million
characters.

What spaCy changed in such a file counts: spans and labels as they are now, spans that are gone with all that was said
of them, further spans of any group and of `doc.ents` as further entities.

Files of other programs are read with any tokens: spans of all groups, and entities, each once. Their groups (unless
`sc`), `kb_id`s, categories and user data are kept under the key `spacy` of `extra`. An id that several of their spans
have marks a pattern and not a discontinuous entity, so it is kept there too, unless a relation names it. Tags, parses
and the like are not read.
"""

from workbench.formats.spacy_docbin.reading import FORMAT, read, recognise
from workbench.formats.spacy_docbin.writing import losses, writer

__all__ = ["FORMAT", "losses", "read", "recognise", "writer"]
