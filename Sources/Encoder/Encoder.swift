// Text to vectors: all-MiniLM-L6-v2 in Swift, equal to sentence-transformers.
//
//   text ──TextFolding──▶ words ──Vocabulary──▶ tokens ──TextEncoder──▶ 384 numbers of length 1
//
// TextFolding and Vocabulary are the uncased BERT tokenizer (Devlin et al. 2019; greedy longest
// match WordPiece, Wu et al. 2016), with the Unicode categories that the reference was built with.
// Text from outside never becomes a special token: "[MASK]" is three words.
//
// TextEncoder is six transformer layers, mean pooling and scaling to length 1 (Reimers and Gurevych
// 2019). Texts of one group lie behind each other without padding; every linear layer runs over the
// whole group, attention over each text. Weights are read from the published safetensors file,
// checked against its hash, and rearranged for the kernels of this CPU (`CKernels`): in whole
// numbers of sixteen bits where it multiplies those (AVX512_VNNI: six tenths of the time of f32,
// vectors within 4e-6 of it), else as floats. A CPU without kernels of its own uses BLAS.
//
// Everything here is synchronous and computes on the calling thread; threads and queues belong to
// the caller. It knows no HTTP and no other model: another one needs its own measured file.
