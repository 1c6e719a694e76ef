set(link_folder ${CMAKE_SOURCE_DIR}/tests/link)
add_test(NAME link.arrows COMMAND bash ${link_folder}/test_arrows.sh ${CMAKE_SOURCE_DIR})
add_test(NAME link.symbols
    COMMAND bash ${link_folder}/test_symbols.sh ${CMAKE_SOURCE_DIR} $<TARGET_FILE:wenyuan_shared>)
if(WY_TOOLS)
    add_test(NAME link.install COMMAND bash ${link_folder}/test_install.sh ${CMAKE_SOURCE_DIR}
        ${CMAKE_BINARY_DIR} ${CMAKE_INSTALL_LIBDIR} ${CMAKE_C_COMPILER} ${WY_SANITIZE})
    set_tests_properties(link.install PROPERTIES SKIP_RETURN_CODE 77)
endif()
