# Included by the folder above, behind check and archive.
add_library(balance_metadata STATIC ${CMAKE_CURRENT_LIST_DIR}/metadata.cpp)
target_link_libraries(balance_metadata PUBLIC balance_archive balance_check)

if(BUILD_TESTING)
  add_executable(metadata_test ${CMAKE_CURRENT_LIST_DIR}/metadata_test.cpp)
  target_link_libraries(metadata_test PRIVATE balance_metadata ${PCP_IMPORT_LIBRARY} GTest::gtest_main)
  gtest_discover_tests(metadata_test PROPERTIES LABELS unit DISCOVERY_TIMEOUT 60)
endif()
