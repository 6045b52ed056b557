#include "pmapi/decode.h"

#include <cstdlib>
#include <cstring>

namespace balance {
namespace {

/// An empty domain's roster: one object, so that samples share it.
const std::shared_ptr<const Roster>& nobody() {
  static const auto roster = std::make_shared<const Roster>();
  return roster;
}

/// Visits the places in the roster and in the set of each value until `visit`
/// says false.
template <class Visit>
bool each(const Layout& layout, Visit&& visit) {
  const std::size_t n = layout.roster->instances.size();
  if (layout.order.empty()) {
    for (std::size_t i = 0; i < n; ++i)
      if (!visit(i, i)) return false;
  } else {
    for (std::size_t i = 0; i < n; ++i)
      if (!visit(i, layout.order[i])) return false;
  }
  return true;
}

template <class In, class Out>
void copy_in_place(const pmValueSet& set, const Layout& layout,
                   std::vector<Out>& out) {
  out.resize(layout.roster->instances.size());
  Out* to = out.data();
  each(layout, [&](std::size_t i, std::size_t from) {
    In value;
    std::memcpy(&value, &set.vlist[from].value.lval, sizeof value);
    to[i] = static_cast<Out>(value);
    return true;
  });
}

/// False: some block is not one of `type`, the values are worth nothing.
template <class In, class Out>
bool copy_blocks(const pmValueSet& set, int type, const Layout& layout,
                 std::vector<Out>& out) {
  out.resize(layout.roster->instances.size());
  pmValueBlock expected{};
  expected.vtype = static_cast<unsigned char>(type);
  expected.vlen = PM_VAL_HDR_SIZE + sizeof(In);
  std::uint32_t good = 0;
  std::memcpy(&good, &expected, sizeof good);
  Out* to = out.data();
  return each(layout, [&](std::size_t i, std::size_t from) {
    const char* block =
        reinterpret_cast<const char*>(set.vlist[from].value.pval);
    std::uint32_t header = 0;
    std::memcpy(&header, block, sizeof header);
    if (header != good) return false;
    In value;
    std::memcpy(&value, block + PM_VAL_HDR_SIZE, sizeof value);
    to[i] = static_cast<Out>(value);
    return true;
  });
}

bool copy_texts(const pmValueSet& set, const Layout& layout,
                std::vector<std::string>& out) {
  out.resize(layout.roster->instances.size());
  return each(layout, [&](std::size_t i, std::size_t from) {
    const pmValueBlock& block = *set.vlist[from].value.pval;
    if (block.vtype != PM_TYPE_STRING || block.vlen < PM_VAL_HDR_SIZE)
      return false;
    const std::size_t room = block.vlen - PM_VAL_HDR_SIZE;
    const char* text = block.vbuf;
    out[i].assign(text, strnlen(text, room));
    return true;
  });
}

template <class In, class Out>
bool copy_numbers(const pmValueSet& set, int type, const Layout& layout,
                  std::vector<Out>& out) {
  if (set.valfmt != PM_VAL_INSITU)
    return copy_blocks<In>(set, type, layout, out);
  if (sizeof(In) > sizeof(int)) return false;
  if constexpr (sizeof(In) <= sizeof(int)) copy_in_place<In>(set, layout, out);
  return true;
}

/// Of a set that has only values as they should be, nearly always so.
bool copy_all(const Form& form, const pmValueSet& set, const Layout& layout,
              Sample& sample) {
  const auto copy = [&](auto in, auto& out) {
    return copy_numbers<decltype(in)>(set, form.type, layout, out);
  };
  // Only counters stay integers.
  const auto copy_integers = [&](auto in, auto& exact) {
    return form.kind == Sample::Kind::numbers ? copy(in, sample.numbers)
                                              : copy(in, exact);
  };
  switch (form.type) {
    case PM_TYPE_32:
      return copy_integers(std::int32_t{}, sample.integers);
    case PM_TYPE_U32:
      return copy_integers(std::uint32_t{}, sample.naturals);
    case PM_TYPE_64:
      return copy_integers(std::int64_t{}, sample.integers);
    case PM_TYPE_U64:
      return copy_integers(std::uint64_t{}, sample.naturals);
    case PM_TYPE_FLOAT:
      return copy(float{}, sample.numbers);
    case PM_TYPE_DOUBLE:
      return copy(double{}, sample.numbers);
    default:
      return set.valfmt != PM_VAL_INSITU &&
             copy_texts(set, layout, sample.texts);
  }
}

void clear(Sample& sample) {
  sample.numbers.clear();
  sample.naturals.clear();
  sample.integers.clear();
  sample.texts.clear();
}

/// Appends one value; false if it is not one of the metric's type.
bool append(const Form& form, int format, const pmValue& value,
            Sample& sample) {
  pmAtomValue atom{};
  const int type = form.kind == Sample::Kind::numbers    ? PM_TYPE_DOUBLE
                   : form.kind == Sample::Kind::naturals ? PM_TYPE_U64
                   : form.kind == Sample::Kind::integers ? PM_TYPE_64
                                                         : PM_TYPE_STRING;
  if (pmExtractValue(format, &value, form.type, &atom, type) < 0) return false;
  switch (form.kind) {
    case Sample::Kind::numbers:
      sample.numbers.push_back(atom.d);
      break;
    case Sample::Kind::naturals:
      sample.naturals.push_back(atom.ull);
      break;
    case Sample::Kind::integers:
      sample.integers.push_back(atom.ll);
      break;
    case Sample::Kind::texts:
      sample.texts.emplace_back(atom.cp);
      std::free(atom.cp);
      break;
  }
  return true;
}

/// Value by value, without those that cannot be read: as PMAPI would.
void copy_some(const Form& form, const pmValueSet& set, const Layout& layout,
               Sample& sample) {
  clear(sample);
  auto roster = std::make_shared<Roster>();
  each(layout, [&](std::size_t i, std::size_t from) {
    if (append(form, set.valfmt, set.vlist[from], sample)) {
      roster->instances.push_back(layout.roster->instances[i]);
      roster->names.push_back(layout.roster->names[i]);
    }
    return true;
  });
  sample.roster = std::move(roster);
}

Sample::Kind kind_of(const pmDesc& desc) {
  if (desc.type == PM_TYPE_STRING) return Sample::Kind::texts;
  if (desc.sem != PM_SEM_COUNTER) return Sample::Kind::numbers;
  if (desc.type == PM_TYPE_U32 || desc.type == PM_TYPE_U64)
    return Sample::Kind::naturals;
  if (desc.type == PM_TYPE_32 || desc.type == PM_TYPE_64)
    return Sample::Kind::integers;
  return Sample::Kind::numbers;
}

}  // namespace

bool readable(int type) {
  return type == PM_TYPE_32 || type == PM_TYPE_U32 || type == PM_TYPE_64 ||
         type == PM_TYPE_U64 || type == PM_TYPE_FLOAT ||
         type == PM_TYPE_DOUBLE || type == PM_TYPE_STRING;
}

double scale_of(const pmUnits& units) {
  pmUnits canonical = units;
  canonical.scaleSpace = units.dimSpace != 0 ? PM_SPACE_BYTE : 0;
  canonical.scaleTime = units.dimTime != 0 ? PM_TIME_SEC : 0;
  canonical.scaleCount = 0;
  pmAtomValue in{};
  pmAtomValue out{};
  in.d = 1;
  if (pmConvScale(PM_TYPE_DOUBLE, &in, &units, &out, &canonical) < 0) return 1;
  return out.d;
}

Form form_of(const pmDesc& desc) {
  Form form;
  form.id = desc.pmid;
  form.type = desc.type;
  form.semantics = desc.sem;
  form.domain = desc.indom;
  form.kind = kind_of(desc);
  form.scale = scale_of(desc.units);
  const bool integer = form.kind == Sample::Kind::naturals ||
                       form.kind == Sample::Kind::integers;
  const bool narrow = desc.type == PM_TYPE_32 || desc.type == PM_TYPE_U32;
  if (integer && std::getenv("PCP_COUNTER_WRAP") != nullptr)
    form.wrap = narrow ? 0x1p32 : 0x1p64;
  return form;
}

bool decode(const Form& form, const pmValueSet& set, Rosters& rosters,
            std::shared_ptr<const Layout>& layout, Sample& sample) {
  sample.kind = form.kind;
  sample.counter = form.semantics == PM_SEM_COUNTER;
  sample.instances = form.instances();
  sample.domain = form.domain;
  sample.scale = form.scale;
  sample.wrap = form.wrap;
  if (set.numval <= 0) {
    clear(sample);
    sample.roster = nobody();
    return set.numval == 0 && form.instances();
  }
  if (form.instances())
    rosters.follow(form.domain, set, layout);
  else
    layout = Rosters::single();
  sample.roster = layout->roster;
  if (!copy_all(form, set, *layout, sample))
    copy_some(form, set, *layout, sample);
  return form.instances() || sample.size() == 1;
}

}  // namespace balance
