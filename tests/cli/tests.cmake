# The tool as its user meets it. Shell scripts, because that is where it is used.
if(WY_TOOLS)
    add_executable(cli_json_check ${CMAKE_SOURCE_DIR}/tests/cli/json_check.c)
    target_link_libraries(cli_json_check PRIVATE wy_flags PkgConfig::JSONC)
    foreach(name usage search language explore messages index read check samples hostile offline)
        add_test(NAME cli.${name} COMMAND bash ${CMAKE_SOURCE_DIR}/tests/cli/test_${name}.sh
            $<TARGET_FILE:wenyuan_tool> $<TARGET_FILE:cli_json_check> ${CMAKE_SOURCE_DIR}
            $<TARGET_FILE:wenyuan_shared>)
    endforeach()
endif()
