// Outside services behind the domain's ports: embeddings, messages, blobs. Real clients over `Fetch`.
