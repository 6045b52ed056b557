# A row of the table, from what an engine said: "TIME DAY MONTH D H:M:S YEAR: NODE",
# TIME when the line came and the rest the tick that it is of. Exit status 1 if
# this is pmbalance and a promise is broken.
{
  tick = tick_of_line()
  late = $1 - tick
  if (phase == "" || late < phase) phase = late
  came[$7, tick] = $1
  if (first == "" || tick < first) first = tick
  if (tick > last) last = tick
}
END {
  for (n = 1; n <= nodes; ++n) {
    node = "node" n
    before = 0
    for (tick = first; tick <= last; ++tick) {
      there = (node, tick) in came
      at = came[node, tick]
      if (node in is_sick) {
        # The phase is that of all ticks.
        due = tick + phase
        if (there && due > ill + 2.5 && due < healed) ++while_sick
        if (there && at > well && due > well - 0.5 && !(node in again)) again[node] = at
        continue
      }
      if (!there) {
        # At the first one connections are still being made.
        if (tick > first) ++missing
        continue
      }
      if (at - tick - phase > 0.5) ++is_late
      if (before && at - before > gap) gap = at - before
      before = at
    }
  }
  if (start) gap = gap > begin_gap() ? gap : begin_gap()
  for (node in is_sick) {
    after = node in again ? again[node] - well : 999
    if (after > back) back = after
  }
  others = nodes - length(is_sick)
  printf "| %s | %s | %.1f | %d | %d | %d | %s |\n", engine == "pmbalance" ? name : "", engine, gap,
    missing / others + missed + 0.99, is_late / others, while_sick, (back > 900) ? "never" : sprintf("%.1f", back)
  if (engine == "pmbalance" && (missing + missed || while_sick || back > 3)) exit 1
}
# From the start of the engines to the first tick.
function begin_gap(  node, tick, least) {
  least = 999
  for (n = 1; n <= nodes; ++n) {
    node = "node" n
    if (!(node in is_sick) && (node, first) in came && came[node, first] - ill < least)
      least = came[node, first] - ill
  }
  return least
}
