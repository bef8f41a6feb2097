// Tests of Base, by behaviour. See the files beside this one.
