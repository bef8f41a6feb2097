package import HTTP

/// Every page of the site.
package func pageRoutes(_ context: SiteContext) -> [Route<Visitor>] { [] }

/// A problem as a page, for people; nil leaves it as problem+json.
package func pageFailure(
    _ problem: Problem, _ request: HTTPRequest, _ context: SiteContext
) -> HTTPResponse? {
    nil
}
