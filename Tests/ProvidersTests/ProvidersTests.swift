// Tests of Providers, by behaviour. See the files beside this one.
