/// Writes an element with what is inside it.
func element(
    _ name: StaticString, _ attributes: [HTMLAttribute], @HTMLBuilder _ content: () -> HTML
) -> HTML {
    let open = attributes.reduce(into: "<\(name)") { $0 += $1.written } + ">"
    return HTML(trusted: open + content().description + "</\(name)>")
}

/// Writes an element that has no inside, such as `input`.
func void(_ name: StaticString, _ attributes: [HTMLAttribute]) -> HTML {
    HTML(trusted: attributes.reduce(into: "<\(name)") { $0 += $1.written } + ">")
}

func input(_ attributes: HTMLAttribute...) -> HTML { void("input", attributes) }
func meta(_ attributes: HTMLAttribute...) -> HTML { void("meta", attributes) }
func linkTag(_ attributes: HTMLAttribute...) -> HTML { void("link", attributes) }
func lineBreak() -> HTML { void("br", []) }

func div(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("div", attributes, content) }
func span(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("span", attributes, content) }
func p(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("p", attributes, content) }
func h1(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("h1", attributes, content) }
func h2(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("h2", attributes, content) }
func h3(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("h3", attributes, content) }
func a(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("a", attributes, content) }
func button(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("button", attributes, content) }
func form(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("form", attributes, content) }
func label(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("label", attributes, content) }
func textarea(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("textarea", attributes, content) }
func select(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("select", attributes, content) }
func option(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("option", attributes, content) }
func ul(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("ul", attributes, content) }
func ol(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("ol", attributes, content) }
func li(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("li", attributes, content) }
func nav(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("nav", attributes, content) }
func header(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("header", attributes, content) }
func footer(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("footer", attributes, content) }
func section(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("section", attributes, content) }
func article(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("article", attributes, content) }
func aside(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("aside", attributes, content) }
func mainPart(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("main", attributes, content) }
func dl(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("dl", attributes, content) }
func dt(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("dt", attributes, content) }
func dd(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("dd", attributes, content) }
func table(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("table", attributes, content) }
func thead(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("thead", attributes, content) }
func tbody(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("tbody", attributes, content) }
func tr(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("tr", attributes, content) }
func th(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("th", attributes, content) }
func td(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("td", attributes, content) }
func caption(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("caption", attributes, content) }
func fieldset(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("fieldset", attributes, content) }
func legend(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("legend", attributes, content) }
func details(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("details", attributes, content) }
func summary(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("summary", attributes, content) }
func dialog(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("dialog", attributes, content) }
func strong(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("strong", attributes, content) }
func small(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("small", attributes, content) }
func mark(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("mark", attributes, content) }
func kbd(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("kbd", attributes, content) }
func script(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("script", attributes, content) }
func blockquote(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("blockquote", attributes, content) }
func em(
    _ attributes: HTMLAttribute..., @HTMLBuilder content: () -> HTML = { .empty }
) -> HTML { element("em", attributes, content) }
