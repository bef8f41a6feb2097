// Classifier heads over embeddings: multinomial logistic regression trained with L-BFGS over BLAS,
// or the same with hidden units beside it (arXiv:1606.07792), trained by descent; cross-validated
// regularisation, temperature calibration, out-of-scope scores and evaluation.
//
//     TrainingSet → HeadTrainer → ClassifierHead → HeadPrediction
//                     │ folds: choose L2, keep held-out logits
//                     │ Temperature on the held-out logits (Guo et al., arXiv:1706.04599)
//                     └ OutOfScopeRule on held-out scores beside out-of-scope examples
//
// A row is an embedding and extra numbers that the caller knows (votes of the nearest labelled
// utterances, the best passage's score). Everything is decided by the data and a seed: the same
// input gives the same head, bit for bit on one machine.
//
// It refuses files of another model or dimension, and data that cannot be learned from. It does not
// know what a class means, and it keeps no texts.
