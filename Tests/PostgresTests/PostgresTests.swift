// Tests of Postgres, by behaviour. See the files beside this one.
