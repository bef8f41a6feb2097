// Tests of ModelServer, by behaviour. See the files beside this one.
