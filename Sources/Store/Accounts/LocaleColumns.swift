import Domain
import Postgres

extension PostgresRow {
    /// The four columns of a locale; nil where none is kept.
    func locale() throws -> LocaleSettings? {
        guard let language = try decode("language", as: String?.self) else { return nil }
        let usual = LocaleSettings(
            language: language, region: try decode("region", as: String?.self))
        let order = try decode("date_order", as: String?.self)
            .flatMap(LocaleSettings.DateOrder.init)
        let clock = try decode("clock", as: String?.self).flatMap(LocaleSettings.Clock.init)
        return LocaleSettings(
            language: language, region: usual.region, dateOrder: order ?? usual.dateOrder,
            clock: clock ?? usual.clock)
    }
}
