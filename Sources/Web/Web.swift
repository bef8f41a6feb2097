// Pages and JSON routes put together into one site over `Desk`.
//
//     Site             one table of all routes, the layers around it, and the one failure path
//
// A request passes: log and metrics, security headers, the form check, then its route. The route's
// line in the table says who may come in; what they may do there is for `Desk` to decide. Whatever
// is thrown meets `Problem` (WebCore), the one place where errors become answers.
