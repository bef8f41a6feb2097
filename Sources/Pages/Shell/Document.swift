/// The outermost markup, the same for staff, customers and errors.
enum Document {
    /// Settings of htmx: no styles or code that our content policy would have to allow.
    private static let htmx =
        #"{"includeIndicatorStyles":false,"allowEval":false,"selfRequestsOnly":true,"#
        + #""scrollIntoViewOnBoost":false,"historyCacheSize":0,"responseHandling":["#
        + #"{"code":"204","swap":false},{"code":"[23]..","swap":true},"#
        + #"{"code":"[45]..","swap":true,"error":true}]}"#

    struct Head {
        var title: String
        var assets: PageAssets
        var theme: Theme
        var csrf: String?
        /// First-party modules beside `app.js`.
        var modules: [String] = []
        var bodyClass: String
        /// The event stream of the page.
        var events: String?
    }

    static func html(_ head: Head, @HTMLBuilder body: () -> HTML) -> String {
        let page = element(
            "html", [HTMLAttribute("lang", "en"), HTMLAttribute("data-theme", head.theme.rawValue)]
        ) {
            element("head", []) { inside(head) }
            element("body", bodyAttributes(head)) {
                a(.class("skip"), .href("#main")) { "Skip to the content" }
                body()
                div(.id("toasts"), .class("toasts"), .role("status")) {}
            }
        }
        return "<!doctype html>" + page.description
    }

    private static func bodyAttributes(_ head: Head) -> [HTMLAttribute] {
        [
            .class(head.bodyClass),
            .optional("hx-ext", head.events.map { _ in "sse" }),
            .optional("sse-connect", head.events),
        ]
    }

    @HTMLBuilder
    private static func inside(_ head: Head) -> HTML {
        meta(HTMLAttribute("charset", "utf-8"))
        meta(.name("viewport"), HTMLAttribute("content", "width=device-width, initial-scale=1"))
        meta(.name("color-scheme"), HTMLAttribute("content", "light dark"))
        meta(.name("htmx-config"), HTMLAttribute("content", htmx))
        if let csrf = head.csrf {
            meta(.name("csrf"), HTMLAttribute("content", csrf))
        }
        element("title", []) { head.title }
        linkTag(
            HTMLAttribute("rel", "icon"), .type("image/svg+xml"),
            .href(head.assets.address("mark.svg")))
        linkTag(HTMLAttribute("rel", "stylesheet"), .href(head.assets.address("app.css")))
        script(.src(head.assets.address("htmx.js")), .flag("defer")) {}
        script(.src(head.assets.address("htmx-sse.js")), .flag("defer")) {}
        for module in ["app.js"] + head.modules {
            script(.type("module"), .src(head.assets.address(module))) {}
        }
    }
}
