wy_test(unit base MODULES base)
wy_test(unit base_crash MODULES base)
wy_test(unit base_env MODULES base)
wy_test(unit base_sealed MODULES base)
