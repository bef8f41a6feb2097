// Tests of Encoder, by behaviour. See the files beside this one.
