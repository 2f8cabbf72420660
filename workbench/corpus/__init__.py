"""From raw reports to documents that can be annotated: seeds, cleaning, zones, sentences, words, batches."""
