#include "host/record.h"

#include <cerrno>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include "host/test_dir.h"

namespace mosix {
namespace {

constexpr std::size_t kSlot = RecordFile::kSlotSize;

std::string slurp(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

void spill(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::trunc) << bytes;
}

std::string payload_of(const TestDir& dir) {
  const auto file = RecordFile::open(dir.path(), "job");
  return file ? file->current().payload : "error: " + file.error().text;
}

TEST(RecordFile, KeepsTheLastWrite) {
  const TestDir dir;
  auto file = RecordFile::create(dir.path(), "job", "one");
  ASSERT_TRUE(file) << file.error().text;
  EXPECT_EQ(payload_of(dir), "one");
  const std::string full(RecordFile::kMaxPayload, 'x');
  for (const auto& payload :
       {std::string("two"), std::string(), full, std::string("a\0b\n", 4)}) {
    ASSERT_TRUE(file->write(payload));
    EXPECT_EQ(file->current().payload, payload);
    EXPECT_EQ(payload_of(dir), payload);
  }
  EXPECT_EQ(RecordFile::open(dir.path(), "job")->current().seq, 5u);
  EXPECT_EQ(slurp(dir.path("job")).size(), 2 * kSlot);
}

TEST(RecordFile, RefusesWhatItCannotKeep) {
  const TestDir dir;
  const std::string big(RecordFile::kMaxPayload + 1, 'x');
  EXPECT_EQ(RecordFile::create(dir.path(), "job", big).error().code, E2BIG);
  EXPECT_EQ(RecordFile::create(dir.path(), "a/b", "").error().code, EINVAL);
  EXPECT_EQ(RecordFile::create(dir.path(), ".a", "").error().code, EINVAL);
  EXPECT_EQ(RecordFile::open(dir.path(), "job").error().code, ENOENT);
  auto file = RecordFile::create(dir.path(), "job", "one");
  ASSERT_TRUE(file);
  EXPECT_EQ(RecordFile::create(dir.path(), "job", "two").error().code, EEXIST);
  EXPECT_EQ(file->write(big).error().code, E2BIG);
  EXPECT_EQ(payload_of(dir), "one");
  spill(dir.path("junk"), std::string(2 * kSlot, '\0'));
  EXPECT_EQ(RecordFile::open(dir.path(), "junk").error().code, EBADMSG);
  spill(dir.path("junk"), "");
  EXPECT_EQ(RecordFile::open(dir.path(), "junk").error().code, EBADMSG);
}

TEST(RecordFile, ListsAndRemoves) {
  const TestDir dir;
  ASSERT_TRUE(RecordFile::create(dir.path(), "b", ""));
  ASSERT_TRUE(RecordFile::create(dir.path(), "a", ""));
  dir.put(".c.new", "half made");
  EXPECT_EQ(RecordFile::list(dir.path()).value(),
            (std::vector<std::string>{"a", "b"}));
  ASSERT_TRUE(RecordFile::remove(dir.path(), "a"));
  ASSERT_TRUE(RecordFile::remove(dir.path(), "a"));
  EXPECT_EQ(RecordFile::list(dir.path()).value(),
            std::vector<std::string>{"b"});
  EXPECT_EQ(RecordFile::list(dir.path("none")).error().code, ENOENT);
}

/// Two writes: "old" in one slot, "new" in the other, which is `slot`.
std::string make_two(const TestDir& dir, unsigned slot) {
  auto file =
      RecordFile::create(dir.path(), "job", slot == 1 ? "old" : "older");
  EXPECT_TRUE(file);
  if (slot == 0) {
    EXPECT_TRUE(file->write("old"));
  }
  EXPECT_TRUE(file->write("new"));
  return slurp(dir.path("job"));
}

TEST(RecordFile, AnyWrongByteFallsBack) {
  for (const unsigned slot : {0u, 1u}) {
    const TestDir dir;
    const std::string good = make_two(dir, slot);
    std::fstream file(dir.path("job"), std::ios::in | std::ios::out);
    const auto put = [&](std::size_t at, int byte) {
      file.seekp(static_cast<std::streamoff>(at)).put(static_cast<char>(byte));
      file.flush();
    };
    for (std::size_t at = slot * kSlot; at < (slot + 1) * kSlot; ++at) {
      put(at, good[at] ^ (1 << (at % 8)));
      ASSERT_EQ(payload_of(dir), "old") << "slot " << slot << " byte " << at;
      put(at, good[at]);
    }
    EXPECT_EQ(payload_of(dir), "new");
  }
}

TEST(RecordFile, AnyTornWriteFallsBack) {
  for (const unsigned slot : {0u, 1u}) {
    const TestDir dir;
    const std::string good = make_two(dir, slot);
    // The first bytes of the new slot reached the disk, the rest did not: a
    // payload must differ from what lay there for the tear to be one.
    for (std::size_t length = 0; length < 27; ++length) {
      std::string torn = good;
      torn.replace(slot * kSlot + length, kSlot - length, kSlot - length, '\0');
      spill(dir.path("job"), torn);
      ASSERT_EQ(payload_of(dir), "old") << "slot " << slot << " cut " << length;
    }
  }
}

TEST(RecordFile, AnyCutFileFallsBackAndIsMended) {
  const TestDir dir;
  const std::string good = make_two(dir, 1);
  for (std::size_t size = kSlot; size < kSlot + 27; ++size) {
    spill(dir.path("job"), good.substr(0, size));
    auto file = RecordFile::open(dir.path(), "job");
    ASSERT_TRUE(file) << "size " << size;
    ASSERT_EQ(file->current().payload, "old") << "size " << size;
    EXPECT_EQ(slurp(dir.path("job")).size(), 2 * kSlot);
    ASSERT_TRUE(file->write("next"));
    ASSERT_EQ(payload_of(dir), "next");
  }
}

TEST(RecordFile, WritesOnAFullDisk) {
  const TestDir dir;
  if (mount("tmpfs", dir.path().c_str(), "tmpfs", 0, "size=64k") < 0)
    GTEST_SKIP() << "needs root to mount a small tmpfs";
  auto file = RecordFile::create(dir.path(), "job", "one");
  ASSERT_TRUE(file);
  std::ofstream filler(dir.path("filler"));
  while (filler << std::string(4096, 'f') << std::flush) continue;
  EXPECT_EQ(RecordFile::create(dir.path(), "other", "one").error().code,
            ENOSPC);
  for (int i = 0; i < 10; ++i)
    EXPECT_TRUE(file->write(std::string(RecordFile::kMaxPayload, 'y')));
  EXPECT_EQ(RecordFile::list(dir.path()).value(),
            (std::vector<std::string>{"filler", "job"}));
  umount2(dir.path().c_str(), MNT_DETACH);
}

}  // namespace
}  // namespace mosix
