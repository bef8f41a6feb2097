// Tests of Jobs, by behaviour. See the files beside this one.
