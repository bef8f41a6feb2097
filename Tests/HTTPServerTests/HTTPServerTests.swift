// Tests of HTTPServer, by behaviour. See the files beside this one.
