// Tests of Processes, by behaviour. See the files beside this one.
