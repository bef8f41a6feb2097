// Tests of Desk, by behaviour. See the files beside this one.
