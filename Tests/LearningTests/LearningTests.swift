// Tests of Learning, by behaviour. See the files beside this one.
