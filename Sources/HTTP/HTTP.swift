// Requests, responses, routes, multipart bodies and event streams as values, and `Fetch`, the port
// for outgoing requests. No sockets: `HTTPServer` and `HTTPClient` bind these values to C libraries.
//
// The route table is the centre. Each line of it says what a route is (pattern, authentication,
// schemas, problems) and who answers; matching, guarding, metrics and OpenAPI read the same line.
//
//     let table = Router<Principal>([
//         Route(
//             RouteDescription(
//                 .get, "/api/v1/services/{id}", operation: "getService", tag: "services",
//                 authentication: .staff, response: .init(.object(named: "Service", [.init("id", .id)]))
//             )
//         ) { request, principal in
//             .json(try await services.find(request.parameters["id"] ?? "", for: principal))
//         }
//     ])
//     let responder = table.responder(
//         context: { request, route in try await principal(of: request, for: route.authentication) },
//         failure: { error, request in ProblemDocument(describing: error, in: request).response })
//     var configuration = ServerConfiguration()
//     configuration.maximumBodyBytes = table.maximumBodyBytes
//     try await Server(configuration, responder: responder).run()
//
// A streamed answer is a closure that writes: `.events { events in try await events.send(…) }`; it
// is cancelled when the client goes. Bodies are read once, in order, as they arrive.
//
// It follows RFC 9110 (semantics), 9112 (messages, read strictly), 9457 (problems), 7578 (forms)
// and WHATWG HTML (event streams). It refuses to guess: what is malformed gets a typed error.
