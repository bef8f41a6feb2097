// Tests of Cryptography, by behaviour. See the files beside this one.
