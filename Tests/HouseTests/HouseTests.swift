// The rules of the house as tests. See the files beside this one.
