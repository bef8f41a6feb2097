// Tests of HTTPClient, by behaviour. See the files beside this one.
