// Tests of Domain, by behaviour. See the files beside this one.
