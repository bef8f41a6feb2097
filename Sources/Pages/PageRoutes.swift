import Domain
package import HTTP
package import WebCore

/// Every page of the site.
package func pageRoutes(_ context: PageSite) -> [Route<Visitor>] {
    assetRoutes(context) + accountPages(context) + approvalsRoutes(context)
        + conversationPages(context) + contactPages(context) + portalPages(context)
        + knowledgePages(context) + calendarPages(context) + servicePages(context)
        + operationPages(context)
}

private func assetRoutes(_ context: PageSite) -> [Route<Visitor>] {
    [
        .open(.get, PageAssets.prefix + "/{name}", "asset") { request, _ in
            let name = request.parameters["name"] ?? ""
            guard let response = context.assets.files.response(name, for: request) else {
                throw WebRefusal.notFound
            }
            return response
        },
        .page(.get, "/events", "events", .read, in: context) { visit in
            try context.events.response(
                for: visit.visitor, lastEventID: visit.request.headers["Last-Event-ID"])
        },
    ]
}

/// A problem as a page, for people; nil leaves it as problem+json.
///
/// Parts that htmx asked for get JSON, whose sentence the module shows; nothing typed is lost.
package func pageFailure(
    _ problem: Problem, _ request: HTTPRequest, _ context: PageSite
) -> HTTPResponse? {
    if request.isPartial { return nil }
    let status = HTTPStatus(problem.document.status)
    if status == .unauthorized { return signInFirst(request) }
    let frame = PlainContext(assets: context.assets, theme: .of(request))
    return .html(FailureView.html(frame, problem.document), status)
}

/// Who is not signed in goes there first, and comes back to the page that was asked for.
private func signInFirst(_ request: HTTPRequest) -> HTTPResponse {
    let segments = request.target.segments
    if segments.first == "portal", segments.count > 1 {
        return .redirect(to: "/portal/" + PercentEncoding.encode(segments[1]))
    }
    guard request.method.isSafe, request.path != "/" else { return .redirect(to: "/sign-in") }
    return .redirect(to: "/sign-in?next=" + PercentEncoding.encode(request.target.description))
}
