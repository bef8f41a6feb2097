// Tests of VectorIndex, by behaviour. See the files beside this one.
