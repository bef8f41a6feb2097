/// The symbols that pages use, by their names in Bootstrap Icons.
enum Icon: String, CaseIterable, Sendable {
    case inbox, calendar3, book, scissors, gear, people, person, clock, search, upload, send
    case terminal, check, x, pencil, trash, keyboard, telephone, globe, globe2, stars, plus,
        question
    case moon, sun, list
    case circleHalf = "circle-half"
    case checkLarge = "check-lg"
    case crossLarge = "x-lg"
    case warning = "exclamation-triangle"
    case information = "info-circle"
    case back = "arrow-left"
    case earlier = "chevron-left"
    case later = "chevron-right"
    case signOut = "box-arrow-right"
    case again = "arrow-clockwise"
    case undo = "arrow-counterclockwise"
    case file = "file-earmark-text"
    case pdf = "file-earmark-pdf"
    case word = "file-earmark-word"
    case code = "file-earmark-code"
    case takeOver = "person-check"
    case chats = "chat-left-text"
    case assistant = "robot"
    case calendarPlus = "calendar-plus"
    case calendarMove = "calendar2-range"
    case calendarCross = "calendar-x"
    case calendarCheck = "calendar-check"
    case phone = "phone"
    case smile = "emoji-smile"
    case shop = "shop-window"
    case lock = "shield-lock"
    case envelope

    /// The symbol from the sprite; decorative, so a label stands beside it or on its button.
    func html(_ frame: some IconSource) -> HTML { frame.assets.icon(self) }
}

/// Anything that knows where the sprite lies.
protocol IconSource {
    var assets: PageAssets { get }
}

/// One SVG with a symbol for each icon, made from the single files when the program starts.
enum IconSprite {
    static func make(_ files: (String) -> [UInt8]?) -> [UInt8] {
        var sprite = "<svg xmlns=\"http://www.w3.org/2000/svg\">"
        for icon in Icon.allCases {
            guard let bytes = files(icon.rawValue + ".svg"),
                let inner = inside(String(decoding: bytes, as: UTF8.self))
            else { continue }
            sprite += "<symbol id=\"\(icon.rawValue)\" viewBox=\"0 0 16 16\">\(inner)</symbol>"
        }
        return Array((sprite + "</svg>").utf8)
    }

    /// What stands between `<svg …>` and `</svg>`.
    private static func inside(_ svg: String) -> Substring? {
        guard let open = svg.firstRange(of: "<svg"),
            let end = svg[open.upperBound...].firstIndex(of: ">"),
            let close = svg.firstRange(of: "</svg>")
        else { return nil }
        return svg[svg.index(after: end)..<close.lowerBound]
    }
}
