#include "check/checked.h"

#include <set>

#include "check/walk.h"

namespace balance::check {
namespace {

/// Opens each name once: names of names may be used any number of times.
class WrittenHosts {
 public:
  WrittenHosts(Checked& checked, std::vector<Host>& hosts)
      : checked_(checked), hosts_(hosts), known_(hosts.begin(), hosts.end()) {}

  void add(const CheckedFile& file, lang::ExprId id) {
    for_each_below(*file.file, id, [&](lang::ExprId at) {
      const Definition* name = file.names[at];
      if (name != nullptr && opened_.insert(name).second) {
        add(checked_.file_of(*name), name->expression);
      }
      const auto* fetch = std::get_if<lang::Fetch>(&file.file->at(at).node);
      if (fetch == nullptr) return;
      for (const lang::Name& host : fetch->hosts) {
        const Host one = checked_.intern(host.text);
        if (known_.insert(one).second) hosts_.push_back(one);
      }
    });
  }

 private:
  Checked& checked_;
  std::vector<Host>& hosts_;
  std::set<Host> known_;
  std::set<const Definition*> opened_;
};

}  // namespace

Host Checked::intern(const std::string& host) {
  const auto [found, added] =
      host_ids_.emplace(host, static_cast<Host>(hosts.size()));
  if (added) hosts.push_back(host);
  return found->second;
}

bool is_short_place(const lang::File& file, const BoundClause& bound) {
  if (bound.spec->operand != OperandKind::place) return false;
  const auto* id = std::get_if<lang::ExprId>(&bound.clause->operand);
  if (id == nullptr) return false;
  const auto* fetch = std::get_if<lang::Fetch>(&file.at(*id).node);
  if (fetch == nullptr) return false;
  return !fetch->hosts.empty() ||
         (fetch->is_word() && bound.clause->order != lang::Order::none);
}

std::optional<lang::ExprId> node_table(
    const lang::File& file, const std::vector<BoundClause>& clauses) {
  std::optional<lang::ExprId> of_place;
  for (const BoundClause& one : clauses) {
    const bool among = one.spec->word == "among" && one.spec->parent == "to";
    const auto* id = std::get_if<lang::ExprId>(&one.clause->operand);
    if (among) return id == nullptr ? std::nullopt : std::optional(*id);
    if (!is_short_place(file, one)) continue;
    if (std::get<lang::Fetch>(file.at(*id).node).hosts.empty()) of_place = *id;
  }
  return of_place;
}

void add_written_hosts(Checked& checked, const CheckedFile& file,
                       lang::ExprId id, std::vector<Host>& hosts) {
  WrittenHosts(checked, hosts).add(file, id);
}

std::string one_line(const lang::Span& span) {
  std::string text;
  for (const char byte : base::text_of(span)) {
    const bool blank =
        byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
    if (!blank) {
      text += byte;
    } else if (!text.empty() && text.back() != ' ') {
      text += ' ';
    }
  }
  return text;
}

}  // namespace balance::check
