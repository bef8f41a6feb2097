// all-MiniLM-L6-v2 in Swift: WordPiece tokenizer, six transformer layers, mean pooling.
//
// Reads the safetensors file as published, memory-mapped and checked against its hash.
