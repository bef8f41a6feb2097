// What tests of several rooms share: the test world, the database trait, generators, fault plans and
// servers that speak the protocols of outside providers.
