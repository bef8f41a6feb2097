package import Base

/// Why a document cannot be read, in words for the owner who uploaded it.
///
/// The raw value travels from the `extract` process; `code` is API.
package enum ExtractionRefusal: String, Refusal, Hashable, Codable, CaseIterable {
    case empty
    case tooLarge = "too_large"
    case executable
    case image
    case media
    case oldWord = "old_word"
    case spreadsheet
    case presentation
    case openDocument = "open_document"
    case richText = "rich_text"
    case archive
    case binary
    case misnamed
    case encrypted
    case damaged
    case noText = "no_text"
    case expandsTooFar = "expands_too_far"
    case unsafeXML = "unsafe_xml"
    case tooComplex = "too_complex"
    case tooSlow = "too_slow"
    case charset

    package var code: String { "document.\(rawValue)" }

    package var kind: RefusalKind {
        switch self {
        case .tooLarge, .expandsTooFar, .tooComplex, .tooSlow: .tooLarge
        case .executable, .image, .media, .oldWord, .spreadsheet, .presentation, .openDocument,
            .richText, .archive, .binary, .misnamed:
            .unsupported
        case .empty, .encrypted, .damaged, .noText, .unsafeXML, .charset: .invalid
        }
    }

    package var detail: String {
        switch self {
        case .empty: "This file is empty. Check that it was saved, and upload it again."
        case .tooLarge: "This file is too large. Split it into smaller documents."
        case .executable: "This is a program, not a document, so it was not kept."
        case .image: "This is a picture. Upload the document with its text instead."
        case .media: "This is a sound or video file. Upload a document with text instead."
        case .oldWord: "This is an old Word or Office file. Save it as .docx and upload that."
        case .spreadsheet: "This is a spreadsheet. Save it as a PDF and upload that."
        case .presentation: "This is a presentation. Save it as a PDF and upload that."
        case .openDocument: "This is an OpenDocument file. Save it as .docx or PDF and upload that."
        case .richText: "This is a rich text file. Save it as .docx or PDF and upload that."
        case .archive: "This is an archive. Unpack it and upload the documents inside."
        case .binary: "This is not a document we can read. Upload PDF, Word (.docx), HTML or text."
        case .misnamed:
            "The name of this file says one thing and its content another. Save it again."
        case .encrypted:
            "This PDF is protected by a password. Save it without one and upload it again."
        case .damaged: "This file is damaged and cannot be opened. Save it again and upload it."
        case .noText:
            "There is no text in this document, only pictures of it. Upload one with real text."
        case .expandsTooFar:
            "This file unpacks to far more than its size, which is not safe to read."
        case .unsafeXML: "This file holds instructions that documents do not need. Save it again."
        case .tooComplex: "This document is too complex to read. Split it or save it again as PDF."
        case .tooSlow: "Reading this document took too long. Split it or save it again as PDF."
        case .charset: "The letters in this file cannot be recognised. Save it as UTF-8 text."
        }
    }
}
