wy_test(unit text_fold MODULES text)
wy_test(unit text_segment MODULES text)
wy_test(unit text_segment_data MODULES text LIBS PkgConfig::ZSTD)
wy_test(unit text_analyzer MODULES text)
