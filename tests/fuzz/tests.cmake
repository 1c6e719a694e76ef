# Fuzz targets. As plain tests they replay seeds, findings and mutations of them. With WY_FUZZ
# (clang only) each is also linked with libFuzzer, as fuzz/run.sh wants it.
set(fuzz ${CMAKE_CURRENT_SOURCE_DIR}/fuzz)
set(fuzz_seeds ${CMAKE_CURRENT_BINARY_DIR}/fuzz-seeds)

add_library(fuzz_sample STATIC ${fuzz}/sample.c)
target_link_libraries(fuzz_sample PUBLIC wy_flags test_support m_api)
add_executable(fuzz_make_seeds ${fuzz}/make_seeds.c)
target_link_libraries(fuzz_make_seeds PRIVATE fuzz_sample)
add_test(NAME fuzz.make_seeds COMMAND fuzz_make_seeds ${fuzz_seeds})
set_tests_properties(fuzz.make_seeds PROPERTIES FIXTURES_SETUP fuzz_seeds)

function(wy_fuzz name)
    set(source ${fuzz}/target_${name}.c)
    add_executable(fuzz_replay_${name} ${source} ${fuzz}/replay.c)
    target_link_libraries(fuzz_replay_${name} PRIVATE fuzz_sample)
    add_test(NAME fuzz.${name} COMMAND fuzz_replay_${name} ${fuzz}/${name} ${fuzz_seeds}/${name})
    set_tests_properties(fuzz.${name} PROPERTIES FIXTURES_REQUIRED fuzz_seeds)
    if(WY_FUZZ)
        add_executable(fuzz_${name} ${source})
        target_link_libraries(fuzz_${name} PRIVATE fuzz_sample)
        target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    endif()
endfunction()

foreach(name columns fold index live manifest mark positions postings query sealed segment source
             store terms)
    wy_fuzz(${name})
endforeach()
