// JSON routes for integrators, one folder for each column.
//
//     APIRoutes        every route; what a route adds to its description
//     <Column>/        routes, what they read from requests and what they answer
//     Idempotent…      answers that are stored with the change and given again to a repeat
//     OpenAPIRoute     `/openapi.json`, written from the table that routes
//
// Reads may go straight to `Store`; every change goes through `Desk`.
