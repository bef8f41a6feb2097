// Tests of Language, by behaviour. See the files beside this one.
