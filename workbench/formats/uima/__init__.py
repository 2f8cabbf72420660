"""UIMA CAS XMI, the exchange format of INCEpTION, WebAnno and DKPro: one `.xmi` a document, and their types beside."""

from workbench.formats.uima.reading import FORMAT, read, recognise
from workbench.formats.uima.writing import losses, writer

__all__ = ["FORMAT", "losses", "read", "recognise", "writer"]
