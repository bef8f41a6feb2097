extension EmbeddedPostgres {
    /// The server that another process of ours runs on this cluster: nothing is made or ended.
    ///
    /// For commands that work beside a running `serve`; connecting fails when there is none.
    package static func attach(
        installation: String, cluster path: String
    ) async throws(ProcessFault) -> EmbeddedPostgres {
        let user = SystemUser.isRoot ? SystemUser.named(accountName) : nil
        let install = try await PostgresInstallation(installation).reachable(by: user)
        guard let place = Files.realPath(path) else {
            throw .place(path: path, problem: "there is no database yet. Start the server once.")
        }
        return EmbeddedPostgres(
            cluster: place, socketFolder: socketFolder(of: place), settings: Settings(),
            binaries: install.binaries, user: user)
    }
}
