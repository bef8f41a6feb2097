// Requests, responses, routes, multipart bodies and event streams as values, and `Fetch`, the port
// for outgoing requests. No sockets: `HTTPServer` and `HTTPClient` bind these values to C libraries.
