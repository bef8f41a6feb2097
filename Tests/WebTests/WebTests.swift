// Tests of Web, by behaviour. See the files beside this one.
