// Classifier heads over embeddings: multinomial logistic regression trained with L-BFGS over BLAS,
// cross-validated regularisation, temperature calibration, out-of-scope scores and evaluation.
