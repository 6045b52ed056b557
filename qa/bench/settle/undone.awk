# Reads a log of pmbalance; prints the number of moves that were asked for, of
# those that take a job back to the node it left less than 30 s before, and the
# shortest time after which one was taken back ("-": none was).
#   [Thu Nov 26 14:02:11] pmbalance(9) Info: offload: migrate 000061 from node1
#   to node2: asked, job 1:61:123
/: asked, job / {
  for (i = 1; i <= NF; ++i) {
    if ($i == "from") from = $(i + 1)
    if ($i == "to") { to = $(i + 1); sub(/:$/, "", to) }
    if ($i == "job") job = $(i + 1)
  }
  # The job's own name has colons, too.
  match($0, /[0-9]+:[0-9]+:[0-9.]+/)
  split(substr($0, RSTART, RLENGTH), t, ":")
  now = t[1] * 3600 + t[2] * 60 + t[3]
  ++moves
  if (job in left && left[job] == to) {
    after = (now - at[job] + 86400) % 86400
    if (after < 30) ++undone
    if (soonest == "" || after < soonest) soonest = after
  }
  left[job] = from
  at[job] = now
}
END { print moves + 0, undone + 0, soonest == "" ? "-" : soonest }
