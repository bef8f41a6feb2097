import Foundation
package import HTTP
import WebCore

/// What browsers fetch beside pages: styles, modules, icons and font, under content-hash addresses.
package struct PageAssets: Sendable {
    package let files: StaticAssets

    package static let prefix = "/assets"

    /// Names of files that set-up should have fetched and that are not there.
    package let missing: [String]
    private let sprite: String

    /// Puts the files together once, when the program starts.
    ///
    /// What is missing is served empty and named in `missing`: pages without htmx or font still
    /// work, and routes can be tested where nothing was fetched.
    ///
    /// - Parameter vendor: the folder `web` of what set-up fetched.
    package init(vendor: String) {
        var missing: [String] = []
        func library(_ name: String) -> [UInt8] {
            if let bytes = PageAssets.read("\(vendor)/\(name)") { return bytes }
            missing.append(name)
            return []
        }
        let font = library("inter.ttf")
        let fontAddress = StaticAssets(prefix: PageAssets.prefix, files: ["inter.ttf": font])
            .address("inter.ttf")
        var files = [
            "inter.ttf": font,
            "htmx.js": library("htmx.min.js"),
            "htmx-sse.js": library("htmx-sse.min.js"),
            "icons.svg": IconSprite.make { PageAssets.read("\(vendor)/icons/\($0)") },
        ]
        var styles = ""
        for (name, bytes) in PageAssets.own() {
            if name.hasSuffix(".css") {
                styles += String(decoding: bytes, as: UTF8.self) + "\n"
            } else {
                files[name] = bytes
            }
        }
        files["app.css"] = Array(styles.replacing("inter.ttf", with: fontAddress).utf8)
        self.files = StaticAssets(prefix: PageAssets.prefix, files: files)
        self.missing = missing
        sprite = self.files.address("icons.svg")
    }

    /// Our own files, by name.
    private static func own() -> [(name: String, bytes: [UInt8])] {
        guard let folder = Bundle.module.resourceURL?.appendingPathComponent("Public").path,
            let names = FileManager.default.subpaths(atPath: folder)
        else { return [] }
        return names.sorted().compactMap { name in
            read("\(folder)/\(name)").map { (name, $0) }
        }
    }

    private static func read(_ path: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path).map(Array.init)
    }

    package func address(_ name: String) -> String { files.address(name) }

    func icon(_ icon: Icon) -> HTML {
        HTML(
            trusted: "<svg class=\"icon\" aria-hidden=\"true\" focusable=\"false\">"
                + "<use href=\"\(sprite)#\(icon.rawValue)\"></use></svg>")
    }
}
