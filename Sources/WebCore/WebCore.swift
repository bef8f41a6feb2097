// What pages and JSON routes have in common.
//
//     SiteContext      what routes are given: desk, changes, limits, configuration
//     Access/          who asks, from where, how often, and whether a form is ours
//     Responses/       problems, headers, the access log
//     Live/            what changed, to open event streams
//
// It knows neither the pages nor the API, and neither knows the other.
