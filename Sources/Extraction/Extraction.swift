// Hostile bytes into blocks: PDF, DOCX, HTML, Markdown and plain text.
//
// Only the `extract` command imports this room, and runs it in a child process with limits on time,
// memory and files and no network, because parsers of hostile bytes never run in the server.
