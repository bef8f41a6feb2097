enum BackupCommand {
    static func run(_ words: [String]) async throws { throw Advice("not yet") }
}
enum RestoreCommand {
    static func run(_ words: [String]) async throws { throw Advice("not yet") }
}
enum DoctorCommand {
    static func run(_ words: [String]) async throws { throw Advice("not yet") }
}
