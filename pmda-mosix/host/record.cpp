#include "host/record.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <unistd.h>

#include "host/file.h"

namespace mosix {

using base::fail;
using base::fail_errno;
using base::Result;

namespace {

constexpr std::size_t kSlot = RecordFile::kSlotSize;
constexpr unsigned kSlots = 2;
constexpr std::array<char, 8> kMagic = {'m', 'o', 's', 'i', 'x', 'r', 'e', '1'};

/// As it lies in the file, in the machine's own byte order: a record never
/// leaves its machine.
struct Header {
  std::array<char, 8> magic;
  std::uint64_t seq;
  std::uint32_t length;
  std::uint32_t crc;  ///< of the whole slot, with this field 0
};
static_assert(sizeof(Header) == RecordFile::kHeaderSize);

using Slot = std::array<char, kSlot>;

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit)
      value = (value >> 1) ^ ((value & 1) != 0 ? 0xedb88320u : 0u);
    table[i] = value;
  }
  return table;
}

std::uint32_t crc32(const Slot& slot) {
  static constexpr auto kTable = make_crc_table();
  std::uint32_t crc = 0xffffffffu;
  for (const char c : slot)
    crc = (crc >> 8) ^ kTable[(crc ^ static_cast<unsigned char>(c)) & 0xff];
  return ~crc;
}

Slot encode_slot(std::uint64_t seq, std::string_view payload) {
  Slot slot{};
  Header header{kMagic, seq, static_cast<std::uint32_t>(payload.size()), 0};
  std::memcpy(slot.data(), &header, sizeof header);
  std::memcpy(slot.data() + sizeof header, payload.data(), payload.size());
  header.crc = crc32(slot);
  std::memcpy(slot.data(), &header, sizeof header);
  return slot;
}

std::optional<Record> decode_slot(Slot slot) {
  Header header;
  std::memcpy(&header, slot.data(), sizeof header);
  if (header.magic != kMagic || header.length > RecordFile::kMaxPayload)
    return std::nullopt;
  const auto crc = std::exchange(header.crc, 0);
  std::memcpy(slot.data(), &header, sizeof header);
  if (crc32(slot) != crc) return std::nullopt;
  return Record{header.seq,
                std::string(slot.data() + sizeof header, header.length)};
}

Result<void> check_name(const std::string& name) {
  if (name.empty() || name[0] == '.' || name.find('/') != std::string::npos)
    return fail(EINVAL, fmt::format("{}: no name for a record", name));
  return {};
}

Result<void> check_size(std::string_view payload) {
  if (payload.size() > RecordFile::kMaxPayload)
    return fail(E2BIG, fmt::format("record of {} bytes", payload.size()));
  return {};
}

Result<void> write_slot(int fd, unsigned index, const Slot& slot) {
  const auto offset = static_cast<off_t>(index * kSlot);
  const ssize_t n = pwrite(fd, slot.data(), slot.size(), offset);
  if (n < 0) return fail_errno("record");
  if (n != static_cast<ssize_t>(slot.size()))
    return fail(EIO, "record: written in part");
  return {};
}

Result<void> allocate(int fd) {
  const int error = posix_fallocate(fd, 0, kSlots * kSlot);
  if (error != 0)
    return fail(error, fmt::format("record: {}", std::strerror(error)));
  return {};
}

}  // namespace

Result<RecordFile> RecordFile::create(const std::string& dir,
                                      const std::string& name,
                                      std::string_view payload) {
  for (const auto& check : {check_name(name), check_size(payload)})
    if (!check) return tl::make_unexpected(check.error());
  // Made under a name that list() passes over, then renamed: a crash leaves
  // either no record or a whole one.
  const auto path = dir + "/" + name;
  const auto draft = dir + "/." + name + ".new";
  auto fd = open_file(draft, O_RDWR | O_CREAT | O_TRUNC, 0600);
  if (!fd) return tl::make_unexpected(fd.error());
  auto done = allocate(fd->get());
  if (done) done = write_slot(fd->get(), 0, encode_slot(1, payload));
  if (done && fsync(fd->get()) < 0) done = fail_errno(draft);
  if (done && renameat2(AT_FDCWD, draft.c_str(), AT_FDCWD, path.c_str(),
                        RENAME_NOREPLACE) < 0)
    done = fail_errno(path);
  if (!done) {
    unlink(draft.c_str());
    return tl::make_unexpected(done.error());
  }
  auto synced = sync_directory(dir);
  if (!synced) return tl::make_unexpected(synced.error());
  return RecordFile(std::move(*fd), {1, std::string(payload)}, 0);
}

Result<RecordFile> RecordFile::open(const std::string& dir,
                                    const std::string& name) {
  auto check = check_name(name);
  if (!check) return tl::make_unexpected(check.error());
  const auto path = dir + "/" + name;
  auto fd = open_file(path, O_RDWR);
  if (!fd) return tl::make_unexpected(fd.error());
  Record newest;
  unsigned newest_slot = 0;
  for (unsigned index = 0; index < kSlots; ++index) {
    Slot slot{};
    const auto offset = static_cast<off_t>(index * kSlot);
    if (pread(fd->get(), slot.data(), slot.size(), offset) < 0)
      return fail_errno(path);
    auto record = decode_slot(slot);
    if (record && record->seq > newest.seq) {
      newest = std::move(*record);
      newest_slot = index;
    }
  }
  if (newest.seq == 0)
    return fail(EBADMSG, fmt::format("{}: no valid record", path));
  // Costs nothing if the file is whole, mends it if it was cut.
  auto whole = allocate(fd->get());
  if (!whole) return tl::make_unexpected(whole.error());
  return RecordFile(std::move(*fd), std::move(newest), newest_slot);
}

Result<std::vector<std::string>> RecordFile::list(const std::string& dir) {
  auto names = list_directory(dir);
  if (names)
    std::erase_if(*names, [](const auto& name) { return name[0] == '.'; });
  return names;
}

Result<void> RecordFile::remove(const std::string& dir,
                                const std::string& name) {
  auto check = check_name(name);
  if (!check) return check;
  const auto path = dir + "/" + name;
  if (unlink(path.c_str()) < 0) {
    if (errno == ENOENT) return {};
    return fail_errno(path);
  }
  return sync_directory(dir);
}

Result<void> RecordFile::write(std::string_view payload) {
  auto check = check_size(payload);
  if (!check) return check;
  // After a write that failed the other slot may hold its number already.
  ++last_seq_;
  const unsigned slot = (slot_ + 1) % kSlots;
  auto written = write_slot(fd_.get(), slot, encode_slot(last_seq_, payload));
  if (!written) return written;
  if (fdatasync(fd_.get()) < 0) return fail_errno("record");
  current_ = {last_seq_, std::string(payload)};
  slot_ = slot;
  return {};
}

}  // namespace mosix
