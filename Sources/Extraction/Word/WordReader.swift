import Documents
import Foundation

/// DOCX into blocks: headings, lists, tables with their header rows, notes after their paragraph.
///
/// Follows ECMA-376 part 1, WordprocessingML; what tracked changes removed is left out.
enum WordReader {
    static func read(_ data: Data) throws(ExtractionRefusal) -> DocumentText {
        let archive = try WordArchive(data)
        guard let main = archive.parts["word/document.xml"] ?? archive.parts["word/document2.xml"]
        else { throw .damaged }
        let styles = try WordStyles(archive.parts["word/styles.xml"])
        var notes: [String: [Block]] = [:]
        for (part, prefix) in [("word/footnotes.xml", "f"), ("word/endnotes.xml", "e")] {
            guard let data = archive.parts[part] else { continue }
            var walk = WordWalk(try XMLPull(data), styles, notes: [:], notePrefix: prefix)
            try walk.run()
            notes.merge(walk.notesRead) { first, _ in first }
        }
        var walk = WordWalk(try XMLPull(main), styles, notes: notes, notePrefix: nil)
        try walk.run()
        let title = try archive.parts["docProps/core.xml"].flatMap {
            data throws(ExtractionRefusal) in
            try coreTitle(data)
        }
        let first = walk.found.first { $0.headingLevel != nil }?.text
        return DocumentText(title: title ?? first, blocks: walk.found)
    }

    private static func coreTitle(_ data: Data) throws(ExtractionRefusal) -> String? {
        let pull = try XMLPull(data)
        var inTitle = false
        var title = ""
        while let piece = try pull.next() {
            switch piece {
            case .start(let name, let isEmpty): inTitle = name == "title" && !isEmpty
            case .end: inTitle = false
            case .text(let text): if inTitle { title += text }
            }
        }
        let name = TextNormaliser.line(title)
        return name.isEmpty ? nil : name
    }
}
