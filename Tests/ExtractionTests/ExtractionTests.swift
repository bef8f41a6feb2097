// Tests of Extraction, by behaviour. See the files beside this one.
