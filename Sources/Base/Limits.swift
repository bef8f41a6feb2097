/// Every limit that an operator can set: the one table of them.
///
/// What is here is about machines and costs. What a product rule limits (the length of a message, the
/// tries for a code) stands with its rule and is the same everywhere.
package enum Limit: String, Sendable, CaseIterable {
    case uploadSize, workspaceDocuments, diskReserve, documentsWaiting
    case uploadsOfPerson, uploadsAtOnce, uploadBytesAtOnce, uploadsWaiting
    case registrations, wrongRenewals, codeRequests, messagesFromAddress, messagesOfPerson
    case textsToPhone, textsOfNetwork, textsToStrangers, textsInAll

    /// The environment variable, with or without the prefix `FRONTDESK_`.
    package var variable: String { row.variable }
    package var unit: String { row.unit }
    package var usual: Int { row.usual }
    package var range: ClosedRange<Int> { row.range }
    /// What it holds for, as an operator reads it.
    package var words: String { row.words }
    /// Whether each server counts for itself, so that several together let more through.
    package var isPerServer: Bool { row.isPerServer }

    private struct Row {
        let variable: String
        let unit: String
        let usual: Int
        let range: ClosedRange<Int>
        let words: String
        var isPerServer = false
    }

    private var row: Row {
        switch self {
        case .uploadSize:
            Row(
                variable: "UPLOAD_LIMIT_MB", unit: "MB", usual: 50, range: 1...2_000,
                words: "one document")
        case .workspaceDocuments:
            Row(
                variable: "WORKSPACE_QUOTA_MB", unit: "MB", usual: 2_048, range: 1...100_000_000,
                words: "the documents of a workspace together")
        case .diskReserve:
            Row(
                variable: "DISK_RESERVE_MB", unit: "MB", usual: 1_024, range: 16...1_000_000,
                words: "of the disk stay free for the database")
        case .documentsWaiting:
            Row(
                variable: "DOCUMENTS_WAITING", unit: "documents", usual: 2_000,
                range: 1...100_000, words: "of a workspace that wait to be read")
        case .uploadsOfPerson:
            Row(
                variable: "UPLOADS_OF_PERSON", unit: "uploads", usual: 8, range: 1...1_000,
                words: "of one person at the same moment", isPerServer: true)
        case .uploadsAtOnce:
            Row(
                variable: "UPLOADS_AT_ONCE", unit: "uploads", usual: 32, range: 1...10_000,
                words: "of all at the same moment", isPerServer: true)
        case .uploadBytesAtOnce:
            Row(
                variable: "UPLOAD_MB_AT_ONCE", unit: "MB", usual: 512, range: 1...100_000,
                words: "of uploads at the same moment", isPerServer: true)
        case .uploadsWaiting:
            Row(
                variable: "UPLOADS_WAITING", unit: "uploads", usual: 64, range: 0...10_000,
                words: "that wait a few seconds for a place", isPerServer: true)
        case .registrations:
            Row(
                variable: "REGISTRATIONS_PER_MINUTE", unit: "a minute", usual: 20,
                range: 1...100_000, words: "registrations from one address", isPerServer: true)
        case .wrongRenewals:
            Row(
                variable: "WRONG_RENEWALS_PER_MINUTE", unit: "a minute", usual: 20,
                range: 1...100_000, words: "wrong refresh tokens from one address",
                isPerServer: true)
        case .codeRequests:
            Row(
                variable: "CODE_REQUESTS_PER_MINUTE", unit: "a minute", usual: 10,
                range: 1...100_000,
                words: "requests about sign-in codes from one address, twice as many at once",
                isPerServer: true)
        case .messagesFromAddress:
            Row(
                variable: "MESSAGES_FROM_ADDRESS_PER_MINUTE", unit: "a minute", usual: 120,
                range: 1...1_000_000, words: "messages from one address", isPerServer: true)
        case .messagesOfPerson:
            Row(
                variable: "MESSAGES_OF_PERSON_PER_MINUTE", unit: "a minute", usual: 60,
                range: 1...1_000_000, words: "messages of one person", isPerServer: true)
        case .textsToPhone:
            Row(
                variable: "CODE_TEXTS_TO_PHONE", unit: "an hour", usual: 5, range: 1...1_000,
                words: "texts with sign-in codes to one number")
        case .textsOfNetwork:
            Row(
                variable: "CODE_TEXTS_OF_NETWORK", unit: "an hour", usual: 30, range: 1...100_000,
                words: "codes that one network asks for, to numbers not proved from there")
        case .textsToStrangers:
            Row(
                variable: "CODE_TEXTS_TO_STRANGERS", unit: "an hour", usual: 300,
                range: 1...1_000_000, words: "codes of a workspace to such numbers")
        case .textsInAll:
            Row(
                variable: "CODE_TEXTS", unit: "an hour", usual: 600, range: 1...1_000_000,
                words: "codes of a workspace in all")
        }
    }
}

/// What is in force: the table's own numbers, but where somebody set another one.
package struct Limits: Sendable, Equatable {
    private var set: [Limit: Int] = [:]

    package init() {}

    package subscript(_ limit: Limit) -> Int {
        get { set[limit] ?? limit.usual }
        set { set[limit] = newValue }
    }

    /// The bytes of a limit that is told in megabytes.
    package func bytes(_ limit: Limit) -> Int { self[limit] << 20 }

    /// Line by line, for whoever runs the server.
    package var lines: [String] {
        Limit.allCases.map { limit in
            "\(self[limit]) \(limit.unit): \(limit.words)"
                + (limit.isPerServer ? ", each server for itself" : "") + " (\(limit.variable)"
                + (self[limit] == limit.usual ? ")" : ", usually \(limit.usual))")
        }
    }
}
