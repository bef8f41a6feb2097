// Tests of HTTP, by behaviour. See the files beside this one.
