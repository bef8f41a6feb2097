// Pages for people, rendered here and made live with htmx and server-sent events.
//
//     PageRoutes       every page
//     HTML/            the typed builder, which escapes by default; icons and assets
//     Shell/           what stands around a page: navigation, notices, failures
//     <Column>/        routes, and views: functions from values to HTML, without queries
//     Public/          styles and modules of our own
//
// Reads may go straight to `Store`; every change goes through `Desk`.
