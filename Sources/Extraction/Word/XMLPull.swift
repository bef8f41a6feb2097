import CXML
import Documents
import Foundation

/// Reads XML piece by piece, and refuses documents that define entities.
///
/// Local names only: Office files use two sets of namespaces for the same elements.
final class XMLPull {
    enum Piece {
        case start(String, isEmpty: Bool)
        case end(String)
        case text(String)
    }

    private let reader: xmlTextReaderPtr
    private let bytes: [UInt8]
    private var elements = 0

    init(_ data: Data) throws(ExtractionRefusal) {
        bytes = Array(data)
        try MarkupScan.check(bytes, isHTML: false)
        let options = Int32(
            XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
                | XML_PARSE_COMPACT.rawValue)
        // The reader does not copy; `bytes` lives as long as this object and is never changed.
        let made = bytes.withUnsafeBytes { raw in
            xmlReaderForMemory(
                raw.bindMemory(to: CChar.self).baseAddress, Int32(raw.count), nil, nil, options)
        }
        guard let made else { throw .damaged }
        reader = made
    }

    deinit { xmlFreeTextReader(reader) }

    /// The next piece that matters; nil at the end.
    func next() throws(ExtractionRefusal) -> Piece? {
        while true {
            let more = xmlTextReaderRead(reader)
            if more == 0 { return nil }
            guard more == 1 else { throw .damaged }
            guard xmlTextReaderDepth(reader) < ExtractionLimits.maxDepth else { throw .tooComplex }
            switch UInt32(xmlTextReaderNodeType(reader)) {
            case XML_READER_TYPE_DOCUMENT_TYPE.rawValue, XML_READER_TYPE_ENTITY.rawValue,
                XML_READER_TYPE_ENTITY_REFERENCE.rawValue:
                throw .unsafeXML
            case XML_READER_TYPE_ELEMENT.rawValue:
                elements += 1
                guard elements <= ExtractionLimits.maxElements else { throw .tooComplex }
                return .start(localName, isEmpty: xmlTextReaderIsEmptyElement(reader) == 1)
            case XML_READER_TYPE_END_ELEMENT.rawValue:
                return .end(localName)
            case XML_READER_TYPE_TEXT.rawValue, XML_READER_TYPE_CDATA.rawValue,
                XML_READER_TYPE_SIGNIFICANT_WHITESPACE.rawValue,
                XML_READER_TYPE_WHITESPACE.rawValue:
                return .text(xmlTextReaderConstValue(reader).map { String(cString: $0) } ?? "")
            default: continue
            }
        }
    }

    /// An attribute of the element just started, by its local name.
    func attribute(_ name: String) -> String? {
        guard xmlTextReaderMoveToFirstAttribute(reader) == 1 else { return nil }
        defer { _ = xmlTextReaderMoveToElement(reader) }
        repeat {
            if localName == name {
                return xmlTextReaderConstValue(reader).map { String(cString: $0) }
            }
        } while xmlTextReaderMoveToNextAttribute(reader) == 1
        return nil
    }

    private var localName: String {
        xmlTextReaderConstLocalName(reader).map { String(cString: $0) } ?? ""
    }
}
