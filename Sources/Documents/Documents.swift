// Text with anchors into passages. A document is blocks (headings, paragraphs, list items, table
// rows) with a page and an offset; the chunker makes passages that keep those anchors. Pure.
