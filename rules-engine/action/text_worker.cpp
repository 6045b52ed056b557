#include "action/text_worker.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace balance {
namespace {

constexpr std::chrono::milliseconds kIdle{500};

}  // namespace

TextWorker::TextWorker(World world)
    : world_(std::move(world)),
      thread_([this](const std::stop_token& stop) { loop(stop); }) {}

TextWorker::~TextWorker() {
  thread_.request_stop();
  wake_.notify_all();
}

std::string TextWorker::submit(TextJob job) {
  {
    const std::lock_guard lock(mutex_);
    if (pending_.contains(job.action->id))
      return "it still runs since an earlier evaluation";
    if (queue_.size() >= kMostWaiting)
      return fmt::format("{} actions wait already", kMostWaiting);
    pending_.insert(job.action->id);
    queue_.push_back(std::move(job));
  }
  wake_.notify_all();
  return "";
}

std::vector<TextDone> TextWorker::take_done() {
  const std::lock_guard lock(mutex_);
  return std::exchange(done_, {});
}

bool TextWorker::is_idle() const {
  const std::lock_guard lock(mutex_);
  return pending_.empty();
}

void TextWorker::keep(const std::set<std::uint32_t>& ids) {
  const std::lock_guard lock(mutex_);
  keep_ = ids;
}

void TextWorker::loop(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    TextJob job;
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, stop, kIdle, [this] { return !queue_.empty(); });
      if (stop.stop_requested()) return;
      if (const auto ids = std::exchange(keep_, {})) runs_.keep(*ids);
      if (!queue_.empty()) {
        job = std::move(queue_.front());
        queue_.pop_front();
      }
    }
    if (job.action) carry_out(job);
    if (world_.idle) world_.idle();
  }
}

void TextWorker::carry_out(const TextJob& job) {
  const auto execute = [&](const Firing& firing) {
    const bool success = world_.execute(firing, job.now_s);
    const std::lock_guard lock(mutex_);
    done_.push_back({job, firing, success});
    return success;
  };
  runs_.run(
      *job.action, [&]() -> const Firing& { return job.about; }, job.now_s,
      execute);
  const std::lock_guard lock(mutex_);
  pending_.erase(job.action->id);
}

}  // namespace balance
