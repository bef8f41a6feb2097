// Pages and JSON routes over `Desk`, from one route table. Reads may go straight to `Store`; every
// change goes through `Desk`.
//
//     Site             the table, the layers around it, and the one failure path
//     SiteContext      what routes are given: desk, changes, limits, configuration
//     Access/          who asks, from where, how often, and whether a form is ours
//     Answers/         problems, headers, the access log
//     Changes/         what changed, to open event streams
//     API/<Column>/    JSON for integrators; `/openapi.json` is written from the same table
//     Pages/<Column>/  HTML for people
//
// A request passes: log and metrics, security headers, the form check, then its route. The route's
// line in the table says who may come in; what they may do there is for `Desk` to decide. Whatever
// is thrown meets `Problem`, the one place where errors become answers.
