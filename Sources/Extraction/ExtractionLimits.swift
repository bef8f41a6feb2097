/// Bounds on what one document may cost; all are enforced inside the confined process as well.
enum ExtractionLimits {
    /// Bytes of one input file that are read.
    static let maxInputBytes = 256 << 20
    /// Pages of a PDF; a longer one is read up to here, with a warning.
    static let maxPages = 3_000
    /// Signs on one page; beyond it the page is skipped, with a warning. A page of a newspaper has
    /// 30,000.
    static let maxGlyphsPerPage = 100_000
    /// Words on one page; beyond it the page is skipped, with a warning.
    static let maxWordsPerPage = 25_000
    /// Words on a page of a newspaper; a page with no more is not crowded.
    static let usualWordsPerPage = 4_000
    /// Poppler compares the words of a page with each other: so many comparisons are allowed on all
    /// crowded pages of a PDF.
    static let maxWordPairs = 1_000_000_000
    /// Bytes that all read parts of a DOCX may unpack to.
    static let maxUnpackedBytes = 96 << 20
    /// Entries of a DOCX archive.
    static let maxArchiveEntries = 5_000
    /// Depth of elements in XML and HTML.
    static let maxDepth = 250
    /// Columns of one table.
    static let maxColumns = 64
    /// Characters of a column's name, which every row repeats.
    static let maxColumnName = 200
    /// Attributes of one element.
    static let maxAttributes = 1_000
    /// libxml2 compares each attribute of an element with those before it: so many comparisons are
    /// allowed in all elements that have more than usual.
    static let maxAttributePairs = 100_000_000
    /// An element with no more attributes is usual.
    static let usualAttributes = 64
    /// Bytes of text that tables and notes may repeat: spans, merged cells, references.
    static let maxRepeatedBytes = 8 << 20
    /// Times that each node of an HTML tree may be looked at, with so many for any page.
    static let maxVisitsPerNode = 40
    static let maxVisits = 100_000
    /// What one repeated cell counts for beside its bytes.
    static let repeatedCellBytes = 16
    /// Elements of one part of a DOCX.
    static let maxElements = 5_000_000
    /// Styles of a DOCX that are based one on another.
    static let maxStyleChain = 32
    /// Marks at the start of one line of Markdown, each of which is a level of nesting.
    static let maxMarksPerLine = 250

    /// Seconds of processor time for a document of so many bytes: some for any, and more for a large
    /// one than reading it takes.
    static func cpuSeconds(bytes: Int) -> UInt {
        min(cpuSeconds, 5 + 3 * UInt(bytes >> 20))
    }

    /// Seconds of processor time of the process, however large the document is.
    static let cpuSeconds: UInt = 20
    /// Bytes of address space of the process.
    static let addressSpace: UInt = 1 << 30
    /// Open files of the process: poppler and iconv open their own tables.
    static let openFiles: UInt = 64
}
