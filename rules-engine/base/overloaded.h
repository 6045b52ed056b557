// A visitor of a variant made of lambdas.
#pragma once

namespace base {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
/// clang 14 does not yet find this by itself.
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

}  // namespace base
