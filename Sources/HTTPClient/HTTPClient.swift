// Implements `Fetch` with libcurl: one thread owns the multi handle; callers enqueue and await.
