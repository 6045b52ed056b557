// Sources, for tests.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "source/test_children.h"

namespace netstat {

using Pids = std::vector<pid_t>;

/// "diag" or "proc".
inline std::unique_ptr<Source> made(const std::string& name,
                                    std::shared_ptr<Cookies> cookies = {}) {
  if (!cookies) cookies = std::make_shared<Cookies>();
  auto source = name == "diag" ? make_diag_source(cookies) : make_proc_source();
  if (!source) ADD_FAILURE() << source.error().text;
  return source ? std::move(*source) : nullptr;
}

inline Reading read_of(Source& source) {
  Reading reading;
  const auto read = source.read(reading);
  EXPECT_TRUE(read) << read.error().text;
  return reading;
}

}  // namespace netstat
