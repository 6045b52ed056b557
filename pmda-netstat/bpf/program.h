// BPF programs, from loading them to reading what they iterate over.
#pragma once

#include <cerrno>
#include <functional>
#include <memory>
#include <span>

#include "base/result.h"

struct bpf_program;
struct bpf_link;

namespace netstat {

template <class T>
struct SkeletonDeleter {
  void operator()(T* skeleton) const { T::destroy(skeleton); }
};
/// The programs and maps of one NAME.bpf.c, as bpftool generated it.
template <class T>
using Skeleton = std::unique_ptr<T, SkeletonDeleter<T>>;

struct LinkDeleter {
  void operator()(bpf_link* link) const;
};
/// A program is attached as long as its link lives, here or in a child process.
using Link = std::unique_ptr<bpf_link, LinkDeleter>;

/// Of whom errors speak, and the first kernel that has all that it needs.
struct User {
  const char* name;
  const char* kernel;
};

/// libbpf speaks to no one; its errors reach the caller by errno.
void silence_libbpf();
/// "NAME: cannot load its program: WHY", and what it needs.
tl::unexpected<base::Error> load_error(const User& user, int code);

/// Opens and loads the programs and maps of a skeleton.
template <class T>
base::Result<Skeleton<T>> load_skeleton(const User& user) {
  silence_libbpf();
  Skeleton<T> skeleton(T::open());
  if (!skeleton) return load_error(user, errno);
  const int failed = T::load(skeleton.get());
  if (failed != 0) return load_error(user, -failed);
  return skeleton;
}

/// Runs a raw_tp program once, as the caller.
base::Result<void> run_once(const User& user, const bpf_program* program);

base::Result<Link> attach(const User& user, const bpf_program* program);

/// Runs an iterator from its beginning to its end. `chunk` is called for all
/// that it wrote, piece by piece, and also (then with nothing) whenever it
/// paused by itself: because its program said so, or after a million objects.
/// Needs no capability.
base::Result<void> iterate(
    const User& user, const Link& iterator,
    const std::function<void(std::span<const char>)>& chunk);

}  // namespace netstat
