package import Domain
import Numbering

extension PhoneNumber {
    /// What somebody typed, read by the numbering plan of the region in which the business is; nil
    /// when it is no number. Without a region it must be international.
    package init?(typed text: String, in region: String?) {
        guard let reading = PhoneReading(text, in: region) else { return nil }
        self.init(reading.e164)
    }

    /// "+49 1512 3456789": what a number may look like, as an example in forms; nil where the region is
    /// not known or has none.
    package static func example(in region: String?) -> String? {
        region.flatMap(PhoneReading.example)
    }

    /// As people of the region write it: national at home, international elsewhere.
    package func written(in region: String?) -> String { PhoneReading.written(e164, in: region) }
}
