wy_test(unit text_fold MODULES text)
wy_test(unit text_analyzer MODULES text)
