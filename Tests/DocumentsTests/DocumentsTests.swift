// Tests of Documents, by behaviour. See the files beside this one.
