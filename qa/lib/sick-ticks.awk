# What became of the ticks since `ill`, when some nodes were sick. From `healed`
# on they may have answered, from `well` on they could. From lines "TIME DAY MONTH
# D H:M:S YEAR: NODE true|unknown": TIME when it came, the rest the scheduled time.
# A delta is one second; `missed`: evaluations that the engine says it missed.
{
  tick = tick_of_line()
  if (first == "") first = tick
  if ((tick, $7) in said) ++twice
  said[tick, $7] = $8
  last_came[tick] = $1
  last = tick
  nodes[$7] = 1
}
END {
  # The last one may have been cut off.
  for (tick = first; tick < last; ++tick)
    for (node in nodes)
      if (!((tick, node) in said)) {
        ++missing
      } else if (node in is_sick) {
        # Scheduled in the second that `tick` begins: nothing that was asked
        # before `ill` is younger than two deltas.
        if (tick > ill + 2.05 && last_came[tick] < healed && said[tick, node] != "unknown") ++stale
      } else if (said[tick, node] != "true" && tick > ill) {
        ++ill_too
      }
  for (tick = int(ill) + 1; tick < healed; ++tick) looked_at += tick in last_came
  if (looked_at < 5) print "only " looked_at + 0 " ticks to look at"
  for (node in is_sick) {
    ticks = again = 0
    for (tick = int(well) + 1; tick <= last && !again; ++tick) {
      if (!((tick, node) in said)) continue
      ++ticks
      again = said[tick, node] == "true"
    }
    if (!again) ticks = 99  # never
    if (ticks > after) after = ticks
  }
  # An evaluation is one of all rules.
  for (node in nodes) ++count
  missing -= missed * count
  print (missing > 0) ? missing " evaluations are missing" : "every tick is there"
  if (twice) print twice " evaluations are there twice"
  print ill_too ? "the others were not true " ill_too " times" : "the others are true"
  print stale ? "true " stale " times while sick" : "unknown while sick"
  print (after <= 2) ? "true again within two ticks" : "true again after " after " ticks"
}
