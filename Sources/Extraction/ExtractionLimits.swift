/// Bounds on what one document may cost; all are enforced inside the confined process as well.
enum ExtractionLimits {
    /// Bytes of one input file that are read.
    static let maxInputBytes = 256 << 20
    /// Pages of a PDF; a longer one is read up to here, with a warning.
    static let maxPages = 3_000
    /// Signs on one page; beyond it the page is skipped, with a warning.
    static let maxGlyphsPerPage = 200_000
    /// Bytes that all read parts of a DOCX may unpack to.
    static let maxUnpackedBytes = 96 << 20
    /// Entries of a DOCX archive.
    static let maxArchiveEntries = 5_000
    /// Depth of elements in XML and HTML.
    static let maxDepth = 250
    /// Columns of one table.
    static let maxColumns = 64
    /// Seconds of processor time of the process.
    static let cpuSeconds: UInt = 20
    /// Bytes of address space of the process.
    static let addressSpace: UInt = 1 << 30
    /// Open files of the process: poppler and iconv open their own tables.
    static let openFiles: UInt = 64
}
