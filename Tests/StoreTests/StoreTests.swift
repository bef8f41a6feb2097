// Tests of Store, by behaviour. See the files beside this one.
